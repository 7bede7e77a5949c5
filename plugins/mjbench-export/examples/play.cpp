// Plays an exported policy at 50 Hz with ONNX Runtime, whose C++ package has the headers and the library:
//   g++ -std=c++17 play.cpp -I onnxruntime/include -L onnxruntime/lib -lonnxruntime -o play && ./play go1.onnx
#include <onnxruntime_cxx_api.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

static void read_robot(std::vector<float>& observation) { observation[0] = 0.1f; }  // your sensors
static void move_robot(const float* action, long size) {                            // your motors
  for (long i = 0; i < size; ++i) std::printf(i + 1 < size ? "%.6f " : "%.6f\n", action[i]);
}

int main(int argc, char** argv) {
  if (argc < 2) return std::fprintf(stderr, "play FILE [STEPS]\n"), 2;
  const char *input = "observation", *output = "action";
  Ort::Env env(ORT_LOGGING_LEVEL_WARNING, "play");
  Ort::Session policy(env, argv[1], Ort::SessionOptions{});
  const long actions = policy.GetOutputTypeInfo(0).GetTensorTypeAndShapeInfo().GetShape()[1];
  std::vector<int64_t> shape{1, policy.GetInputTypeInfo(0).GetTensorTypeAndShapeInfo().GetShape()[1]};
  std::vector<float> observation(shape[1], 0.0f);
  auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
  auto next = std::chrono::steady_clock::now();
  for (int step = 0; step < (argc > 2 ? std::atoi(argv[2]) : 500); ++step) {
    read_robot(observation);
    auto given = Ort::Value::CreateTensor<float>(memory, observation.data(), observation.size(), shape.data(), 2);
    auto taken = policy.Run(Ort::RunOptions{}, &input, &given, 1, &output, 1);
    move_robot(taken[0].GetTensorData<float>(), actions);
    std::this_thread::sleep_until(next += std::chrono::milliseconds(20));
  }
}
