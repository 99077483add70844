// The stand-in's engine: a text file with a first line that no real engine has.

#include "engine_file.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace tensorrt_llm::stand_in {

namespace {

constexpr std::string_view kFirstLine = "soju stand-in engine 1";

std::string_view trim(std::string_view text) {
    auto const first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

int64_t number(std::string_view text, int64_t low, int64_t high) {
    auto const range = "expected a number from " + std::to_string(low) + " to " + std::to_string(high);
    std::string const digits(text);
    if (digits.empty() || digits.size() > 18 || digits.find_first_not_of("0123456789") != std::string::npos) {
        throw std::invalid_argument(range + ", not `" + digits + "`");
    }
    int64_t const value = std::stoll(digits);
    if (value < low || value > high) {
        throw std::invalid_argument(range + ", not " + digits);
    }
    return value;
}

bool boolean(std::string_view text) {
    if (text == "true" || text == "1") {
        return true;
    }
    if (text == "false" || text == "0") {
        return false;
    }
    throw std::invalid_argument("expected true or false, not `" + std::string(text) + "`");
}

executor::DataType logitsType(std::string_view text) {
    if (text == "fp32") {
        return executor::DataType::kFP32;
    }
    if (text == "fp16") {
        return executor::DataType::kFP16;
    }
    if (text == "bf16") {
        return executor::DataType::kBF16;
    }
    throw std::invalid_argument("expected fp32, fp16 or bf16, not `" + std::string(text) + "`");
}

Echo echo(std::string_view text) {
    if (text == "guide") {
        return Echo::kGuide;
    }
    if (text == "lora") {
        return Echo::kLora;
    }
    if (text == "prompt_table") {
        return Echo::kPromptTable;
    }
    throw std::invalid_argument("expected guide, lora or prompt_table, not `" + std::string(text) + "`");
}

struct Count {
    char const* name;
    int32_t EngineFile::*field;
    int32_t low;
};

constexpr std::array<Count, 11> kCounts{{
    {"vocab_size", &EngineFile::vocabSize, 1},
    {"max_input_len", &EngineFile::maxInputLen, 1},
    {"max_seq_len", &EngineFile::maxSeqLen, 1},
    {"max_batch_size", &EngineFile::maxBatchSize, 1},
    {"max_beam_width", &EngineFile::maxBeamWidth, 1},
    {"max_draft_tokens", &EngineFile::maxDraftTokens, 0},
    {"medusa_heads", &EngineFile::medusaHeads, 0},
    {"tokens_per_block", &EngineFile::tokensPerBlock, 1},
    {"kv_blocks", &EngineFile::kvBlocks, 1},
    {"hidden_size", &EngineFile::hiddenSize, 1},
    {"rank", &EngineFile::rank, 0},
}};

// Large enough for any test, small enough that products of two counts stay in 64 bits.
constexpr int64_t kMaxCount = 1 << 30;

void assign(EngineFile& engine, std::string_view key, std::string_view value) {
    for (auto const& count : kCounts) {
        if (key == count.name) {
            engine.*count.field = static_cast<int32_t>(number(value, count.low, kMaxCount));
            return;
        }
    }
    if (key == "iteration_us") {
        engine.iterationUs = number(value, 0, kMaxCount);
    } else if (key == "logits_dtype") {
        engine.logitsType = logitsType(value);
    } else if (key == "encoder") {
        engine.encoder = boolean(value);
    } else if (key == "participant") {
        engine.participant = boolean(value);
    } else if (key == "echo") {
        engine.echo = echo(value);
    } else if (key == "fault") {
        engine.faults.push_back(parseFault(std::string(value)));
    } else {
        throw std::invalid_argument("unknown key");
    }
}

std::string readFile(std::filesystem::path const& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw std::runtime_error("can't open " + path.string());
    }
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (file.bad()) {
        throw std::runtime_error("can't read " + path.string());
    }
    return text;
}

[[noreturn]] void jsonError(std::string const& name, std::size_t byte, char const* what) {
    throw std::runtime_error("[json.exception.parse_error.101] parse error in " + name + " at byte "
                             + std::to_string(byte + 1) + ": " + what);
}

} // namespace

EngineFile parseEngine(std::string_view text, std::string const& name) {
    auto const end = text.find('\n');
    if (trim(text.substr(0, end)) != kFirstLine) {
        throw std::runtime_error(
            name
            + ": not an engine of the stand-in, which can't run a real one: build with TensorRT-LLM, or begin the "
              "file with `"
            + std::string(kFirstLine) + "`");
    }
    EngineFile engine;
    std::size_t lineNumber = 1;
    std::size_t position = end == std::string_view::npos ? text.size() : end + 1;
    while (position < text.size()) {
        ++lineNumber;
        auto const next = std::min(text.find('\n', position), text.size());
        auto line = text.substr(position, next - position);
        position = next + 1;
        line = trim(line.substr(0, line.find('#')));
        if (line.empty()) {
            continue;
        }
        auto const equals = line.find('=');
        auto const key = trim(line.substr(0, equals));
        try {
            if (equals == std::string_view::npos) {
                throw std::invalid_argument("expected `key = value`");
            }
            assign(engine, key, trim(line.substr(equals + 1)));
        } catch (std::invalid_argument const& error) {
            throw std::invalid_argument(
                name + ", line " + std::to_string(lineNumber) + ", `" + std::string(key) + "`: " + error.what());
        }
    }
    return engine;
}

void checkConfigJson(std::string_view text, std::string const& name) {
    constexpr char const* kSpace = " \t\r\n";
    auto const first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) {
        jsonError(name, text.size(), "unexpected end of input");
    }
    if (text[first] != '{') {
        jsonError(name, first, "expected an object");
    }
    // Brackets must match outside of strings; a truncated or a wholly other file fails that.
    std::string open;
    bool inString = false;
    for (std::size_t i = first; i < text.size(); ++i) {
        char const c = text[i];
        if (inString) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                inString = false;
            }
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            open.push_back(c == '{' ? '}' : ']');
        } else if (c == '}' || c == ']') {
            if (open.empty() || open.back() != c) {
                jsonError(name, i, "unexpected closing bracket");
            }
            open.pop_back();
            if (open.empty()) {
                auto const rest = text.find_first_not_of(kSpace, i + 1);
                if (rest != std::string_view::npos) {
                    jsonError(name, rest, "expected end of input");
                }
                return;
            }
        }
    }
    jsonError(name, text.size(), "unexpected end of input");
}

EngineFile readEngineFolder(std::filesystem::path const& folder) {
    auto const config = folder / "config.json";
    checkConfigJson(readFile(config), config.string());
    auto const engine = folder / "rank0.engine";
    return parseEngine(readFile(engine), engine.string());
}

} // namespace tensorrt_llm::stand_in
