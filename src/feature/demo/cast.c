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

/* -- customers -- */

/* Names as people write them, of those who speak one language. Their counts have no common divisor:
 * pairs of remainders meet every pair of names once before the first comes again. No first name is
 * in two lists, also not without its accents. */
struct names {
    const char *const *list;
    uint32_t count;
};
struct naming {
    struct names first, last, cities;
};
static const char *const portuguese_first[] = {
    "Ana",     "Bruno",   "Carla",    "Diego",  "Elisa",  "Fábio",   "Gilda",  "Heitor", "Íris",
    "Joel",    "Kátia",   "Luana",    "Marta",  "Nilo",   "Olga",    "Paulo",  "Quênia", "Rafael",
    "Sônia",   "Tiago",   "Úrsula",   "Vera",   "Wagner", "Xênia",   "Yara",   "Zeca",   "Aline",
    "Breno",   "Cecília", "Dora",     "Emílio", "Flora",  "Gustavo", "Helena", "Ivo",    "Júlia",
    "Leandro", "Mirela",  "Norberto", "Paloma", "Regina"};
static const char *const portuguese_last[] = {
    "Souza",   "Aroeira", "Barros",  "Campos",   "Duarte", "Esteves", "Farias", "Gouveia",
    "Horta",   "Ipanema", "Jardim",  "Lacerda",  "Macedo", "Noronha", "Oliva",  "Pacheco",
    "Queiroz", "Ramalho", "Salgado", "Teles",    "Uchôa",  "Valente", "Xavier", "Zanini",
    "Abreu",   "Brandão", "Cardoso", "Dantas",   "Évora",  "Fontes",  "Galvão", "Hermes",
    "Jácome",  "Lobato",  "Mourão",  "Nogueira", "Padilha"};
static const char *const spanish_first[] = {"Alejandra", "Álvaro", "Beatriz",   "Begoña",  "Damián",
                                            "Estela",    "Fermín", "Graciela",  "Hernán",  "Inés",
                                            "Jimena",    "Lucía",  "Martín",    "Nicolás", "Noemí",
                                            "Ofelia",    "Rocío",  "Sebastián", "Ximena"};
static const char *const spanish_last[] = {
    "Acuña",   "Benítez", "Cáceres", "Domínguez", "Echeverría", "Fuentes", "Giménez", "Herrera",
    "Ibáñez",  "Jiménez", "Ledesma", "Maldonado", "Núñez",      "Ortega",  "Peralta", "Quiroga",
    "Ramírez", "Sánchez", "Toledo",  "Urrutia",   "Vázquez",    "Yáñez",   "Zárate"};
static const char *const english_first[] = {"Alice", "Colin",  "Edith", "Graham", "Hazel", "Imogen",
                                            "Nigel", "Oliver", "Rosie", "Tess",   "Wendy"};
static const char *const english_last[] = {"Ashworth", "Bell",   "Carter", "Dawson", "Ellis",
                                           "Finch",    "Hughes", "Marsh",  "Nolan",  "Parker",
                                           "Reid",     "Shaw",   "Turner"};
static const char *const portuguese_cities[] = {
    "São Paulo", "Belo Horizonte", "Recife", "Curitiba", "Santos", "Salvador", "Niterói",
};
static const char *const spanish_cities[] = {"Montevideo", "Buenos Aires", "Asunción", "Rosario"};
static const char *const english_cities[] = {"London", "Dublin", "Toronto"};
#define COUNTED(list)                          \
    {                                          \
        (list), sizeof(list) / sizeof(*(list)) \
    }
static const struct naming namings[] = {
    {COUNTED(portuguese_first), COUNTED(portuguese_last), COUNTED(portuguese_cities)},
    {COUNTED(spanish_first), COUNTED(spanish_last), COUNTED(spanish_cities)},
    {COUNTED(english_first), COUNTED(english_last), COUNTED(english_cities)},
};
enum { SHUFFLE = 733 /* a prime that divides no count of names */ };

/* Most speak Portuguese; of ten two Spanish, one English. */
static const struct naming *naming_of(uint32_t number)
{
    static const uint8_t of_ten[] = {0, 0, 1, 0, 0, 2, 0, 1, 0, 0};
    return &namings[of_ten[number % 10]];
}

/* In small letters and without accents: what an address is made of. All letters are of Latin-1. */
static void add_plain(struct buf *out, const char *name)
{
    static const char plain[] =
        "aaaaaaaceeeeiiiidnooooo*ouuuuytsaaaaaaaceeeeiiiidnooooo/ouuuuyty"; /* from U+00C0 on */
    for (const unsigned char *c = (const unsigned char *)name; *c; c++) {
        if (c[0] == 0xc3 && c[1] >= 0x80 && c[1] <= 0xbf) {
            buf_add_char(out, plain[*++c - 0x80]);
        } else {
            buf_add_char(out, *c >= 'A' && *c <= 'Z' ? (char)(*c | 0x20) : (char)*c);
        }
    }
}

struct text cast_customer(uint32_t number, struct arena *arena)
{
    const struct cast_person p = cast_person(number);
    struct buf words CLEANUP(buf_release) = {0};
    add_plain(&words, p.first);
    buf_add_char(&words, '.');
    add_plain(&words, p.last);
    if (p.round) {
        buf_addf(&words, "%u", p.round + 1);
    }
    buf_add_str(&words, "@example.com");
    return arena_text(arena, buf_text(&words));
}

struct cast_person cast_person(uint32_t number)
{
    const struct naming *n = naming_of(number);
    uint32_t pairs = n->first.count * n->last.count, pair = number % pairs * SHUFFLE % pairs;
    uint32_t round = number / pairs;
    return (struct cast_person){
        .first = n->first.list[pair % n->first.count],
        .last = n->last.list[pair % n->last.count],
        .second =
            round ? n->last.list[(pair + 1 + round * 5 % (n->last.count - 1)) % n->last.count] : "",
        .city = n->cities.list[number / 10 % n->cities.count],
        .round = round};
}
