// What examples/play.cpp uses of ONNX Runtime's C++ interface, declared for a check of its syntax and types.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

enum OrtLoggingLevel { ORT_LOGGING_LEVEL_WARNING = 2 };
enum OrtAllocatorType { OrtArenaAllocator = 1 };
enum OrtMemType { OrtMemTypeDefault = 0 };

namespace Ort {
struct Env {
  Env(OrtLoggingLevel level, const char* name);
};
struct SessionOptions {
  SessionOptions();
};
struct RunOptions {
  RunOptions();
};
struct MemoryInfo {
  static MemoryInfo CreateCpu(OrtAllocatorType type, OrtMemType memory);
};
struct TensorTypeAndShapeInfo {
  std::vector<int64_t> GetShape() const;
};
struct TypeInfo {
  TensorTypeAndShapeInfo GetTensorTypeAndShapeInfo() const;
};
struct Value {
  Value(const Value&) = delete;
  Value(Value&&) noexcept;
  template <typename T>
  static Value CreateTensor(const MemoryInfo& memory, T* data, size_t count, const int64_t* shape, size_t rank);
  template <typename T>
  const T* GetTensorData() const;
};
struct Session {
  Session(const Env& env, const char* path, const SessionOptions& options);
  TypeInfo GetInputTypeInfo(size_t index) const;
  TypeInfo GetOutputTypeInfo(size_t index) const;
  std::vector<Value> Run(const RunOptions& options, const char* const* inputs, const Value* values, size_t count,
                         const char* const* outputs, size_t output_count);
};
}  // namespace Ort
