// How the contract states its expectations. Each macro is one static assertion that names the member.
//
// The plain macros hold for every supported version. Those that begin with LATER are about what came after 0.20: a
// header set may lack the member, unless it is complete (see `kComplete`), but must not have it with another type.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace trtllm_contract
{

// Stands for the types that a header set lacks. Never complete, so that nothing is known about its members.
template <typename Class>
struct Absent;

// Converts to T and to nothing else: no float becomes an int here and no int a bool, so that an argument which moved
// to another position does not slip through. Parameters of one and the same type remain indistinguishable; their order
// is up to the tests that set every option to another value and read it back.
template <typename T>
struct Exactly
{
    template <typename Wanted, std::enable_if_t<std::is_same_v<Wanted, T>, int> = 0>
    operator Wanted() const;
};

struct Anything
{
    template <typename Wanted>
    operator Wanted() const;
};

// The first parameters are these; what may follow has defaults.
template <typename Class, typename... Parameters>
constexpr bool kBegins = std::is_constructible_v<Class, Exactly<Parameters>...>;

// These are all the parameters. A further one, even with a default, is an option that the bridge does not know.
template <typename Class, typename... Parameters>
constexpr bool kConstructs
    = kBegins<Class, Parameters...> && !std::is_constructible_v<Class, Exactly<Parameters>..., Anything>;

// A probe is a generic lambda whose return type names the member, and so can't be called where there is none.
template <typename Class, typename Probe>
constexpr bool known(Probe)
{
    return std::is_invocable_v<Probe, Class*>;
}

template <typename Class, typename Expected, typename Probe>
constexpr bool fits(Probe, bool required)
{
    if constexpr (std::is_invocable_v<Probe, Class*>)
    {
        return std::is_same_v<std::invoke_result_t<Probe, Class*>, Expected>;
    }
    else
    {
        return !required;
    }
}

template <typename T, typename... Candidates>
constexpr bool kOneOf = (std::is_same_v<T, Candidates> || ...);

} // namespace trtllm_contract

// The type of a pointer to the member, whole.
#define SAME(member, ...)                                                                                              \
    static_assert(std::is_same_v<decltype(&member), __VA_ARGS__>, #member " is no longer " #__VA_ARGS__)

// The same for a member that differs between the versions without a difference for the shim.
#define SAME_AS_ONE_OF(member, ...)                                                                                    \
    static_assert(::trtllm_contract::kOneOf<decltype(&member), __VA_ARGS__>, #member " is none of " #__VA_ARGS__)

// One of several overloads. Where it is gone the cast itself fails, which names the candidates.
#define OVERLOAD(member, ...)                                                                                          \
    static_assert(std::is_same_v<decltype(static_cast<__VA_ARGS__>(&member)), __VA_ARGS__>,                            \
        #member " has no overload " #__VA_ARGS__)

#define ALIAS(name, ...) static_assert(std::is_same_v<name, __VA_ARGS__>, #name " is no longer " #__VA_ARGS__)

#define FIELD(class_, name, ...)                                                                                       \
    static_assert(std::is_same_v<decltype(&class_::name), __VA_ARGS__ class_::*>,                                      \
        #class_ "::" #name " is no longer a " #__VA_ARGS__)

#define GETTER(class_, name, ...)                                                                                      \
    static_assert(std::is_same_v<decltype(&class_::name), __VA_ARGS__ (class_::*)() const>,                            \
        #class_ "::" #name "() const no longer gives " #__VA_ARGS__)

#define SETTER(class_, name, ...)                                                                                      \
    static_assert(std::is_same_v<decltype(&class_::name), void (class_::*)(__VA_ARGS__)>,                              \
        #class_ "::" #name " no longer takes " #__VA_ARGS__)

#define PROBE(name) [](auto* shim_class) -> decltype(&std::remove_pointer_t<decltype(shim_class)>::name) { return {}; }

#define KNOWN(class_, name) ::trtllm_contract::known<class_>(PROBE(name))

#define LATER_FIELD(class_, name, ...)                                                                                 \
    static_assert(::trtllm_contract::fits<class_, __VA_ARGS__ class_::*>(PROBE(name), kComplete),                      \
        #class_ "::" #name " is gone or no longer a " #__VA_ARGS__)

#define LATER_GETTER(class_, name, ...)                                                                                \
    static_assert(::trtllm_contract::fits<class_, __VA_ARGS__ (class_::*)() const>(PROBE(name), kComplete),            \
        #class_ "::" #name "() const is gone or no longer gives " #__VA_ARGS__)

#define LATER_SETTER(class_, name, ...)                                                                                \
    static_assert(::trtllm_contract::fits<class_, void (class_::*)(__VA_ARGS__)>(PROBE(name), kComplete),              \
        #class_ "::" #name " is gone or no longer takes " #__VA_ARGS__)

// What comes in pairs comes and goes in pairs.
#define TOGETHER(class_, one, other)                                                                                   \
    static_assert(KNOWN(class_, one) == KNOWN(class_, other), #class_ " has only one of " #one " and " #other)

#define CONSTRUCTS(class_, ...)                                                                                        \
    static_assert(::trtllm_contract::kConstructs<class_, __VA_ARGS__>, #class_ " has no constructor (" #__VA_ARGS__ ")")

#define BEGINS(class_, ...)                                                                                            \
    static_assert(                                                                                                     \
        ::trtllm_contract::kBegins<class_, __VA_ARGS__>, #class_ " has no constructor (" #__VA_ARGS__ ", ...)")

#define DEFAULT_CONSTRUCTS(class_)                                                                                     \
    static_assert(std::is_default_constructible_v<class_>, #class_ " has no default constructor")

#define COPIES(class_)                                                                                                 \
    static_assert(std::is_copy_constructible_v<class_> && std::is_copy_assignable_v<class_>, #class_ " can't be copied")

// An enumerator inside of a switch over all of them: -Wswitch tells when the headers have one more.
#define ENUMERATOR(name, number)                                                                                       \
    case Enum::name: static_assert(static_cast<int>(Enum::name) == number, #name " is no longer " #number); break

#define UNDERLYING(enum_, type)                                                                                        \
    static_assert(std::is_enum_v<enum_> && std::is_same_v<std::underlying_type_t<enum_>, type>,                        \
        #enum_ " is no longer an enumeration of " #type)

// The means themselves, against a class whose answers are known.
namespace trtllm_contract
{

struct Sample
{
    Sample(int, float const&, bool = false);
    void put(int);
    int get() const;
    int field;
};

static_assert(kBegins<Sample, int, float> && kConstructs<Sample, int, float, bool>);
static_assert(!kConstructs<Sample, int, float>, "a further parameter must be noticed");
static_assert(!kBegins<Sample, float, int>, "swapped parameters must be noticed");
static_assert(!kBegins<Sample, int, double> && !kBegins<Sample, long, float>, "conversions must be noticed");
static_assert(KNOWN(Sample, put) && KNOWN(Sample, field) && !KNOWN(Sample, gone) && !KNOWN(Absent<Sample>, put));
static_assert(fits<Sample, void (Sample::*)(int)>(PROBE(put), true));
static_assert(!fits<Sample, void (Sample::*)(long)>(PROBE(put), false), "another type is never accepted");
static_assert(fits<Sample, void (Sample::*)()>(PROBE(gone), false));
static_assert(!fits<Sample, void (Sample::*)()>(PROBE(gone), true), "what is required can't be absent");

} // namespace trtllm_contract
