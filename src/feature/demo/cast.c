#include "feature/demo/cast.h"

const struct agent cast_agents[] = {
    {"Livia", "lead", CAST_DESK_TEAM, 2, 70},
    {"Caio", "agent", CAST_DESK_TEAM, 4, 90},
    {"Renata", "agent", CAST_DESK_TEAM, 4, 100},
    {"Otto", "agent", CAST_DESK_TEAM, 3, 150},
    {"Nair", "agent", "night", 3, 110},
    {"Davi", "agent", "night", 4, 80},
    {"Bento", "agent", "night", 3, 95},
    {"Iara", "lead", CAST_ROASTERY_TEAM, 1, 100},
    {"Tadeu", "agent", CAST_ROASTERY_TEAM, 2, 100},
};

static int8_t pick(struct random *r, size_t first, size_t count)
{
    uint32_t weights[CAST_DESK_COUNT + CAST_NIGHT_COUNT];
    for (size_t i = 0; i < count; i++) {
        weights[i] = cast_agents[first + i].share;
    }
    return (int8_t)(first + random_weighted(r, weights, count));
}

int8_t cast_desk(struct random *r)
{
    return pick(r, CAST_DESK_FIRST, CAST_DESK_COUNT);
}

int8_t cast_night(struct random *r, bool second_shift)
{
    return pick(r, CAST_NIGHT_FIRST, second_shift ? CAST_NIGHT_COUNT : 1);
}

int8_t cast_roaster(uint32_t order)
{
    const struct agent *both = &cast_agents[CAST_ROASTERY_FIRST];
    return (int8_t)(CAST_ROASTERY_FIRST +
                    (order % (both[0].share + both[1].share) >= both[0].share));
}

static const char *const first_names[] = {
    "ana",     "bruno",   "carla",    "diego",  "elisa",  "fabio",   "gilda",  "heitor", "iris",
    "joel",    "katia",   "luana",    "marta",  "nilo",   "olga",    "paulo",  "quenia", "rafael",
    "sonia",   "tiago",   "ursula",   "vera",   "wagner", "xenia",   "yara",   "zeca",   "aline",
    "breno",   "cecilia", "dora",     "emilio", "flora",  "gustavo", "helena", "ivo",    "julia",
    "leandro", "mirela",  "norberto", "paloma", "regina",
};
static const char *const last_names[] = {
    "souza",   "aroeira", "barros",  "campos",   "duarte",  "esteves", "farias", "gouveia",
    "horta",   "ipanema", "jardim",  "lacerda",  "macedo",  "noronha", "oliva",  "pacheco",
    "queiroz", "ramalho", "salgado", "teles",    "uchoa",   "valente", "xavier", "zanini",
    "abreu",   "brandao", "cardoso", "dantas",   "evora",   "fontes",  "galvao", "hermes",
    "jacome",  "lobato",  "mourao",  "nogueira", "padilha",
};

struct text cast_customer(uint32_t number, struct arena *arena)
{
    /* 41 and 37 have no common divisor, so the pairs of remainders meet every pair of names once
     * before the first comes again; 733 shuffles them. */
    enum { FIRST = sizeof first_names / sizeof *first_names };
    enum { LAST = sizeof last_names / sizeof *last_names };
    _Static_assert(FIRST == 41 && LAST == 37, "two numbers without a common divisor");
    uint32_t round = number / (FIRST * LAST);
    uint32_t pair = number % (FIRST * LAST) * 733 % (FIRST * LAST);
    const char *first = first_names[pair % FIRST], *last = last_names[pair % LAST];
    if (round == 0) {
        return arena_printf(arena, "%s.%s@example.com", first, last);
    }
    return arena_printf(arena, "%s.%s%u@example.com", first, last, round + 1);
}
