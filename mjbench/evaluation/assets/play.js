"use strict";
const keys = { " ": "pause", n: "next", r: "next", "-": "slower", "+": "faster", "=": "faster", c: "camera",
  ArrowLeft: "left", ArrowRight: "right", ArrowUp: "away", ArrowDown: "near" };
const arrows = ["left", "right", "away", "near"];
const disturb = document.body.dataset.disturb === "on";
const show = (id, text) => { document.getElementById(id).textContent = text; };
const number = value => value.toLocaleString("en", { maximumFractionDigits: 2 });
const send = key => fetch("/key", { method: "POST", body: key }).catch(() => {});

for (const button of document.querySelectorAll("button[data-key]"))
  button.addEventListener("click", () => send(button.dataset.key));
document.addEventListener("keydown", event => {
  const key = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!key || event.ctrlKey || event.altKey || event.metaKey || (arrows.includes(key) && !disturb)) return;
  if (event.key === " " && event.target.tagName === "BUTTON") event.target.blur();
  event.preventDefault();
  send(key);
});

function speed(s) {
  if (s.paused) return "paused";
  const wanted = s.speed === 1 ? "real time" : `${s.speed} x real time`;
  if (s.measured === null || s.measured > 0.93 * s.speed) return wanted;
  return `${s.measured.toFixed(2)} x real time, slower than chosen`;
}

async function refresh() {
  try {
    const s = await (await fetch("/status")).json();
    show("seed", `${number(s.seed)} (${s.episode + 1} of ${s.episodes})`);
    show("step", number(s.step));
    show("return", number(s.episode_return));
    show("recorded", number(s.recorded));
    show("success", s.success === null ? "-" : s.success ? "yes" : "no");
    show("speed", speed(s));
    show("camera", s.camera);
    show("pushes", `${s.pushes} of ${s.push_m_s} m/s`);
    show("over", s.over ? "The episode is over." : "");
    document.querySelector("[data-key=pause]").firstChild.textContent = s.paused ? "Continue " : "Pause ";
    setTimeout(refresh, 150);
  } catch {
    show("over", "mjbench play has ended.");
    setTimeout(refresh, 2000);
  }
}
refresh();
