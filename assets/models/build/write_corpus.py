"""Writes the dialogues the chat model learns from, and held-out ones it must not see.

    .work/train.jsonl        {"messages": [...]} a line, from the training phrasings
    .work/persona.jsonl      short ones, mostly about what depends on who is asked
    .work/strangers.jsonl    the same, with names that occur nowhere else, listed as "names"
    .work/trades.jsonl       what each trade answers in its own way, asked of it and of others
    .work/together.jsonl     long dialogues again, half of them with strangers
    .work/held-out.jsonl     the same, but players' lines come only from phrasings kept back
    .work/paraphrases.json   groups of players' lines that mean the same, for the embedding
"""

import json
import random
import re

import npc_talk_topics as topics
from bundle import WORK
from grammar import capitalise, expand, roughen
from npc_held_out import ALL_LINES
from npc_talk_small import SMALL_TALK
from npc_world import (
    DEFAULT_PERSON,
    HOME,
    ITEMS,
    JOKES,
    KNOWN_TOWNS,
    LOOT,
    MONSTERS,
    NAMES,
    PEOPLE,
    PLACES,
    PLAYER_NAMES,
    QUESTS,
    RIDDLES,
    ROLES,
    RUMOURS,
    SELLER_PLACES,
    STOCK,
    TOWNS,
)

SEED = 2024
TRAINING_DIALOGUES = 34000
PERSONA_DIALOGUES = 48000
STRANGER_DIALOGUES = 30000
TRADE_DIALOGUES = 30000
TOGETHER_DIALOGUES = 22000
HELD_OUT_DIALOGUES = 300
PARAPHRASES_PER_GROUP = 60
# Every ninth phrasing of a list is kept from training.
HELD_OUT_EVERY = 9

SYSTEM_KNOWN = [
    "You are {name}, the {role} of {town}.",
    "You are {name}, the {role} of {town}.",
    "You are {name}, the {mood} {role} of {town}.",
    "You are {name}, a {mood} {role} in {town}. [Stay in character.|Answer briefly.|]",
    "You are {name}, [the|a] {role} [in|from] {town}. [Stay in character.|Speak to the player.|Keep your answers short.|]",
    "You play {name}, the {role} of {town}, in a fantasy [game|world].",
    "{name} is the {role} of {town}. Reply as {name}.",
    "Act as {name}, the {role} of {town}.",
]
SYSTEM_NO_TOWN = ["You are {name}, a {role}.", "You are {name}, a {mood} {role}.", "You are {name} the {role}. [Stay in character.|]"]
SYSTEM_NO_NAME = ["You are the {role} of {town}.", "You are a {mood} {role} in {town}.", "You are the {role} in {town}. [Answer as the character.|]"]
SYSTEM_DEFAULT = ["You are a helpful assistant.", "You are a character in a game.", "You are an NPC in a fantasy game.", "You are a villager.", "Answer the player."]
MOODS = ["gruff", "cheerful", "old", "young", "wise", "shy", "friendly", "grumpy", "kind", "tired", "proud", "brave", "quiet"]


# Names made up on the spot teach the model to copy a name rather than to know a list.
NAME_STARTS = "Al Bel Cor Dra El Fal Gal Har Il Jor Kal Lor Mar Nor Or Per Quil Ros Sel Tar Ul Vel Wil Xan Yar Zan".split()
NAME_ENDS = "an ara bert den dis eth fina gan ian ic ina la lin lyn mir mond na nor ok ra ric rin ron sa sin th vin wyn".split()
TOWN_ENDS = "bury dale fall field ford gate haven holm mere moor port ridge stead ton wood worth".split()


def any_name(rng, known, ends=NAME_ENDS):
    return rng.choice(known) if rng.random() < 0.6 else rng.choice(NAME_STARTS) + rng.choice(ends)


ONSETS = "b br c d dr f fr g gr h j k kl l m n p r s st t th tr v w z".split() + [""]
VOWELS = "a e i o u a e i o ai ea io".split()
CODAS = "n r l s th ck ld nd m x rt na ra nk".split() + ["", ""]


def strange_name(rng):
    body = "".join(rng.choice(ONSETS) + rng.choice(VOWELS) for _ in range(rng.choice([1, 1, 2])))
    return capitalise(body + rng.choice(ONSETS[:-1])[0] + rng.choice(VOWELS) + rng.choice(CODAS))


class Character:
    """Who answers: the facts that every reply of one dialogue shares."""

    def __init__(self, rng, stranger=False):
        self.stranger = stranger
        kind = 1.0 if stranger else rng.random()
        if kind < 0.08:
            self.name, self.role, self.town = DEFAULT_PERSON
            self.word = self.role
            self.system = None if rng.random() < 0.5 else rng.choice(SYSTEM_DEFAULT)
            self.finish()
            return
        if kind < 0.4:
            self.name, self.role, self.town = rng.choice(PEOPLE)
            self.word = ROLES[self.role][0]
        else:
            self.name = any_name(rng, NAMES)
            self.role = rng.choice(list(ROLES))
            self.town = any_name(rng, [*KNOWN_TOWNS, *TOWNS], TOWN_ENDS)
            self.word = rng.choice(ROLES[self.role])
        if stranger:
            self.name = strange_name(rng)
            self.town = strange_name(rng) if rng.random() < 0.4 else rng.choice(NAME_STARTS) + rng.choice(TOWN_ENDS)
        form = rng.random()
        if kind >= 0.4 and form < 0.06:
            self.town = "this town"
            template = rng.choice(SYSTEM_NO_TOWN)
        elif kind >= 0.4 and form < 0.14:
            self.name = "nobody of note"
            template = rng.choice(SYSTEM_NO_NAME)
        else:
            template = rng.choice(SYSTEM_KNOWN)
        self.finish()
        slots = {**self.slots, "mood": rng.choice(MOODS)}
        self.system = expand(rng, template, slots)

    def finish(self):
        known = KNOWN_TOWNS.get(self.town)
        self.player = None
        self.slots = {
            "name": self.name,
            "role": self.word,
            "town": self.town,
            "inn": known.inn if known else "the inn",
            "about": known.about if known else "a small town with good people",
            "stock": STOCK.get(self.role, "nothing"),
            "player": "",
        }


def kept(lines, held_out):
    """Short lists have too little variety to keep any back."""
    if len(lines) < 8:
        return lines
    return [line for index, line in enumerate(lines) if (index % HELD_OUT_EVERY == 4) == held_out]


def sentence(text):
    return text[0].upper() + text[1:]


def plural(noun):
    if noun.endswith("ch"):
        return noun + "es"
    return noun[:-1] + "ves" if noun == "wolf" else noun + "s"


def with_article(noun):
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def item_slots(item):
    return {
        "item": item.phrase,
        "Item": sentence(item.phrase),
        "plain": item.noun if item.phrase.startswith("some") else plural(item.noun),
        "noun": item.noun,
        "price": str(item.price),
        "remark": item.remark,
        "seller_place": SELLER_PLACES[item.seller],
    }


class Subject:
    """One thing that can be talked about: its opening lines, replies, slots and follow-ups."""

    def __init__(self, key, lines, replies, slots=None, follow=None):
        self.key, self.lines, self.replies = key, lines, replies
        self.slots, self.follow = slots or {}, follow or {}


def small_talk(rng, who, key):
    talk = SMALL_TALK[key]
    replies = talk.replies
    if who.role in talk.by_role:
        own = talk.by_role[who.role]
        joined = key in ("greeting", "who_are_you", "how_are_you", "farewell")
        replies = [*own, *own, *replies] if joined else own
    slots, follow = {}, {}
    if key == "joke":
        slots["joke"], follow = rng.choice(JOKES), topics.JOKE_FOLLOW
    elif key == "riddle":
        (slots["riddle"], slots["answer"]), follow = rng.choice(RIDDLES), topics.RIDDLE_FOLLOW
    elif key == "introduction":
        who.player = strange_name(rng) if who.stranger else any_name(rng, [*PLAYER_NAMES, *NAMES])
        slots["player"] = who.player
    if who.name == "nobody of note" and key in ("who_are_you", "greeting", "introduction"):
        replies = NAMELESS[key]
    return Subject(key, talk.lines, replies, slots, follow)


NAMELESS = {
    "who_are_you": ["I am the {role} of {town}. [My name does not matter.|Just call me the {role}.]"],
    "greeting": ["[Well met|Greetings|Hello], traveller. [What brings you to {town}?|How can I help you?]"],
    "introduction": ["[Well met|Good to meet you], {player}. [I am the {role} of {town}.|How can I help you?]"],
}


def about_place(rng, who):
    key = rng.choice(list(PLACES))
    words, way = PLACES[key]
    word = words[0] if rng.random() < 0.6 else rng.choice(words)
    slots = {"place": word, "way": way, "way_sentence": sentence(way)}
    if HOME.get(who.role) == key:
        return Subject(f"place:{key}", topics.PLACE_LINES, topics.PLACE_HOME_REPLIES, slots)
    return Subject(f"place:{key}", topics.PLACE_LINES, topics.PLACE_REPLIES, slots, topics.PLACE_FOLLOW)


def about_buying(rng, who):
    own = [item for item in ITEMS if item.seller == who.role]
    item = rng.choice(own) if own and rng.random() < 0.6 else rng.choice(ITEMS)
    slots = item_slots(item)
    lines = topics.BUY_LINES
    if item.phrase in topics.ITEM_LINES and rng.random() < 0.35:
        lines = topics.ITEM_LINES[item.phrase]
    if item.seller == who.role:
        return Subject(f"buy:{item.noun}", lines, topics.BUY_REPLIES, slots, topics.BUY_FOLLOW)
    return Subject(f"buy:{item.noun}", lines, topics.BUY_ELSEWHERE_REPLIES, slots, topics.ELSEWHERE_FOLLOW)


def about_selling(rng, who):
    own = [phrase for phrase, (_, buyer) in LOOT.items() if buyer == who.role]
    phrase = rng.choice(own) if own and rng.random() < 0.6 else rng.choice(list(LOOT))
    price, buyer = LOOT[phrase]
    slots = {"item": phrase, "plain": phrase.split(" ", 1)[1], "price": str(price), "seller_place": SELLER_PLACES[buyer]}
    if buyer == who.role:
        return Subject(f"sell:{phrase}", topics.SELL_LINES, topics.SELL_REPLIES, slots, topics.SELL_FOLLOW)
    return Subject(f"sell:{phrase}", topics.SELL_LINES, topics.SELL_ELSEWHERE_REPLIES, slots)


def about_quest(rng, who):
    quest = rng.choice(QUESTS[who.role])
    slots = {"ask": quest.ask, "where": quest.where, "reward": quest.reward, "why": quest.why}
    return Subject("quest", topics.QUEST_LINES, topics.QUEST_REPLIES, slots, topics.QUEST_FOLLOW)


def about_rumour(rng, who):
    rumour, detail = rng.choice(RUMOURS)
    slots = {"rumour": rumour, "detail": detail}
    return Subject("rumour", topics.RUMOUR_LINES, topics.RUMOUR_REPLIES, slots, topics.RUMOUR_FOLLOW)


def about_monster(rng, who):
    monster = rng.choice(MONSTERS)
    words = monster.words.split("|")
    single = min(words, key=len)
    slots = {"monster": rng.choice(words), "monsters": next((word for word in words if word.endswith("s")), words[0]), "a_monster": with_article(single)}
    slots |= {"nature": monster.nature, "home": monster.home, "weakness": monster.weakness}
    side = rng.choice(["about", "home", "weakness"])
    key = f"monster:{monster.words.split('|')[0]}:{side}"
    follow = {name: value for name, value in topics.MONSTER_FOLLOW.items() if name != side}
    return Subject(key, topics.MONSTER_LINES[side], topics.MONSTER_REPLIES[side], slots, follow)


def about_town(rng, who):
    goal = rng.choice(TOWNS) if rng.random() < 0.15 else rng.choice(list(KNOWN_TOWNS))
    known = KNOWN_TOWNS.get(goal)
    slots = {"goal": goal, "way": known.way if known else "", "about": known.about if known else ""}
    if goal == who.town:
        return Subject(f"route:{goal}", topics.ROUTE_LINES, topics.ROUTE_SAME_REPLIES, slots)
    if not known:
        return Subject(f"route:{goal}", topics.ROUTE_LINES, topics.ROUTE_UNKNOWN_REPLIES, slots)
    if rng.random() < 0.35:
        follow = {"way": topics.ROUTE_FOLLOW["way"], "safe": topics.ROUTE_FOLLOW["safe"]}
        return Subject(f"town:{goal}", topics.TOWN_LINES, topics.TOWN_REPLIES, slots, follow)
    follow = {"about": topics.ROUTE_FOLLOW["about"], "safe": topics.ROUTE_FOLLOW["safe"]}
    return Subject(f"route:{goal}", topics.ROUTE_LINES, topics.ROUTE_REPLIES, slots, follow)


def about_person(rng, who):
    if rng.random() < 0.2:
        name = rng.choice([name for name in NAMES if name != who.name])
        return Subject(f"person:{name}", topics.PERSON_LINES, topics.PERSON_UNKNOWN_REPLIES, {"person": name})
    name, role, town = rng.choice([person for person in PEOPLE if person[0] != who.name])
    slots = {"person": name, "person_role": role, "person_town": town}
    return Subject(f"person:{name}", topics.PERSON_LINES, topics.PERSON_REPLIES, slots)


def about_trade(rng, who):
    trade = rng.choice([role for role in ROLES if role != "villager"])
    slots = {"trade": trade}
    if trade == who.role:
        return Subject(f"trade:{trade}", topics.TRADE_PERSON_LINES, topics.TRADE_SELF_REPLIES, slots)
    for name, role, town in PEOPLE:
        if (role, town) == (trade, who.town) and name != who.name:
            slots["person"] = name
            return Subject(f"trade:{trade}", topics.TRADE_PERSON_LINES, topics.TRADE_PERSON_REPLIES, slots)
    if trade in HOME:
        words, way = PLACES[HOME[trade]]
        slots |= {"place": words[0], "way": way, "way_sentence": sentence(way)}
        return Subject(f"trade:{trade}", topics.TRADE_PERSON_LINES, topics.PLACE_REPLIES, slots)
    return Subject(f"trade:{trade}", topics.TRADE_PERSON_LINES, topics.TRADE_UNKNOWN_REPLIES, slots)


def about_weapons(rng, who):
    replies = topics.WEAPON_BLACKSMITH_REPLIES if who.role == "blacksmith" else topics.WEAPON_REPLIES
    return Subject("weapons", topics.WEAPON_LINES, replies)


def about_player_name(rng, who):
    if who.player is None:
        return Subject("player_name", topics.NAME_MEMORY_LINES, topics.NAME_UNKNOWN_REPLIES)
    return Subject("player_name", topics.NAME_MEMORY_LINES, topics.NAME_MEMORY_REPLIES, {"player": who.player})


TOPICS = [
    (about_place, 9.0),
    (about_buying, 15.0),
    (about_selling, 3.5),
    (about_quest, 7.0),
    (about_rumour, 5.0),
    (about_monster, 8.0),
    (about_town, 5.0),
    (about_person, 2.5),
    (about_trade, 2.5),
    (about_weapons, 1.5),
    (about_player_name, 0.7),
]
SMALL_WEIGHTS = {key: talk.weight for key, talk in SMALL_TALK.items()}
OPENING = {"greeting": 9, "introduction": 3, "help": 1}


def next_subject(rng, who, first):
    if first and rng.random() < 0.3:
        return small_talk(rng, who, rng.choices(list(OPENING), list(OPENING.values()))[0])
    if who.player is not None and rng.random() < 0.2:
        return about_player_name(rng, who)
    if rng.random() < 0.5:
        return small_talk(rng, who, rng.choices(list(SMALL_WEIGHTS), list(SMALL_WEIGHTS.values()))[0])
    makers, weights = zip(*TOPICS)
    return rng.choices(makers, weights)[0](rng, who)


def bare(text):
    return re.sub(r"[^a-z0-9 ]", "", text.lower())


# The hand-written evaluation stays unseen, word for word, even where a template could reach it.
UNSEEN = {bare(line) for line in ALL_LINES}


def player_line(rng, lines, slots, held_out, rough=True):
    while bare(line := any_player_line(rng, lines, slots, held_out, rough)) in UNSEEN:
        pass
    return line


def any_player_line(rng, lines, slots, held_out, rough):
    text = expand(rng, rng.choice(kept(lines, held_out)), slots)
    if not rough:
        return text
    closers = [expand(rng, "x" + closer, slots)[1:] for closer in topics.CLOSERS]
    text = roughen(rng, text, topics.OPENERS, closers)
    if len(text) > 14 and rng.random() < 0.07:
        text = f"{roughen(rng, expand(rng, rng.choice(topics.BEFORE), slots), topics.OPENERS, closers)} {text}"
    elif len(text) > 14 and rng.random() < 0.04:
        text = f"{text} {expand(rng, rng.choice(topics.AFTER), slots)}"
    return text


def dialogue(rng, held_out, stranger=False):
    who = Character(rng, stranger)
    messages = [] if who.system is None else [{"role": "system", "content": who.system}]
    turns = rng.choices([1, 2, 3, 4, 5, 6, 12], [18, 24, 22, 16, 10, 8, 2])[0]
    subject, follows = None, 0
    for turn in range(turns):
        if subject and subject.follow and follows < 3 and rng.random() < 0.6:
            lines, replies = rng.choice(list(subject.follow.values()))
            follows += 1
        else:
            subject, follows = next_subject(rng, who, turn == 0), 0
            lines, replies = subject.lines, subject.replies
        slots = {**who.slots, **subject.slots}
        messages.append({"role": "user", "content": player_line(rng, lines, slots, held_out)})
        messages.append({"role": "assistant", "content": expand(rng, rng.choice(replies), slots)})
    return {"messages": messages}


# Small talk whose answer depends on the character's name, town or trade.
PERSONAL = {"greeting": 2, "who_are_you": 5, "work": 2, "where_am_i": 2, "introduction": 4, "wares": 2, "hungry": 1, "hurt": 1}
PERSONAL |= {"magic": 1, "song": 1, "crime": 1, "crossing": 1, "repair": 1, "harvest": 1, "enter_gate": 1, "farewell": 1}


def persona_dialogue(rng, stranger=False):
    """One or two turns: long dialogues hide that the answer hangs on the system message."""
    who = Character(rng, stranger)
    messages = [] if who.system is None else [{"role": "system", "content": who.system}]
    subject = None
    for _ in range(rng.choices([1, 2, 3], [60, 28, 12])[0]):
        lines = None
        if who.player is not None and rng.random() < 0.6:
            subject = about_player_name(rng, who)
        elif subject and subject.follow and rng.random() < 0.6:
            lines, replies = rng.choice(list(subject.follow.values()))
        elif (kind := rng.random()) < (0.6 if stranger else 0.36):
            subject = small_talk(rng, who, rng.choices(list(PERSONAL), list(PERSONAL.values()))[0])
        elif kind < (0.85 if stranger else 0.7):
            subject = rng.choice([about_buying, about_buying, about_quest, about_selling, about_trade, about_place])(rng, who)
        else:
            subject = next_subject(rng, who, False)
        if lines is None:
            lines, replies = subject.lines, subject.replies
        slots = {**who.slots, **subject.slots}
        messages.append({"role": "user", "content": player_line(rng, lines, slots, False)})
        messages.append({"role": "assistant", "content": expand(rng, rng.choice(replies), slots)})
    if not stranger:
        return {"messages": messages}
    names = [who.name, who.town, who.player]
    return {"messages": messages, "names": [name for name in names if name and name[0].isupper()]}


def trade_dialogue(rng):
    who = Character(rng, rng.random() < 0.3)
    messages = [] if who.system is None else [{"role": "system", "content": who.system}]
    shared = ("greeting", "farewell", "how_are_you")
    special = [key for key, talk in SMALL_TALK.items() if talk.by_role and key not in shared]
    own = [key for key in special if who.role in SMALL_TALK[key].by_role]
    subject = None
    for _ in range(rng.choices([1, 2, 3], [50, 30, 20])[0]):
        lines, kind = None, rng.random()
        if subject and subject.follow and kind < 0.5:
            lines, replies = rng.choice(list(subject.follow.values()))
        elif own and kind < 0.45:
            subject = small_talk(rng, who, rng.choice(own))
        elif kind < 0.6:
            subject = small_talk(rng, who, rng.choice(special))
        elif kind < 0.9:
            subject = rng.choice([about_buying, about_buying, about_selling, about_quest, about_monster])(rng, who)
        else:
            subject = next_subject(rng, who, False)
        if lines is None:
            lines, replies = subject.lines, subject.replies
        slots = {**who.slots, **subject.slots}
        messages.append({"role": "user", "content": player_line(rng, lines, slots, False)})
        messages.append({"role": "assistant", "content": expand(rng, rng.choice(replies), slots)})
    return {"messages": messages}


def paraphrase_groups(rng):
    """Lines of one group mean the same; groups differ. Follow-ups are left out: alone they mean little."""
    groups = {}
    subjects = 36000
    for index in range(subjects):
        who = Character(rng)
        if index % 3 == 0:
            key = rng.choice([key for key in SMALL_WEIGHTS if key not in ("nonsense", "yes", "other_world")])
            subject = small_talk(rng, who, key)
        else:
            makers, _ = zip(*TOPICS)
            subject = rng.choice(makers)(rng, who)
        line = player_line(rng, subject.lines, {**who.slots, **subject.slots}, False, rng.random() < 0.6)
        group = groups.setdefault(subject.key, [])
        if len(group) < PARAPHRASES_PER_GROUP and line not in group:
            group.append(line)
    return {key: lines for key, lines in sorted(groups.items()) if len(lines) >= 4}


def write_lines(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row) + "\n")


def main():
    WORK.mkdir(exist_ok=True)
    rng = random.Random(SEED)
    write_lines(WORK / "train.jsonl", (dialogue(rng, False) for _ in range(TRAINING_DIALOGUES)))
    write_lines(WORK / "held-out.jsonl", (dialogue(rng, True) for _ in range(HELD_OUT_DIALOGUES)))
    (WORK / "paraphrases.json").write_text(json.dumps(paraphrase_groups(rng), indent=1), encoding="utf-8")
    write_lines(WORK / "persona.jsonl", (persona_dialogue(rng) for _ in range(PERSONA_DIALOGUES)))
    write_lines(WORK / "strangers.jsonl", (persona_dialogue(rng, True) for _ in range(STRANGER_DIALOGUES)))
    write_lines(WORK / "trades.jsonl", (trade_dialogue(rng) for _ in range(TRADE_DIALOGUES)))
    together = (dialogue(rng, False, index % 2 == 0) for index in range(TOGETHER_DIALOGUES))
    write_lines(WORK / "together.jsonl", together)


if __name__ == "__main__":
    main()
