"""The facts of the game world. Every reply that states a fact takes it from here."""

from dataclasses import dataclass

# Role: the words a system message may use for it.
ROLES = {
    "innkeeper": ["innkeeper", "innkeeper", "innkeeper", "barkeep", "tavern keeper"],
    "blacksmith": ["blacksmith", "blacksmith", "blacksmith", "smith", "weaponsmith"],
    "merchant": ["merchant", "merchant", "trader", "shopkeeper"],
    "guard": ["guard", "guard", "guard captain", "watchman", "gate guard"],
    "healer": ["healer", "healer", "herbalist", "alchemist"],
    "wizard": ["wizard", "wizard", "mage", "sorceress"],
    "hunter": ["hunter", "hunter", "ranger", "tracker"],
    "farmer": ["farmer", "farmer", "shepherd"],
    "bard": ["bard", "bard", "minstrel"],
    "ferryman": ["ferryman", "ferryman", "boatman", "sailor"],
    "priest": ["priest", "priest", "priestess", "monk"],
    "thief": ["thief", "thief", "rogue"],
    "villager": ["villager", "villager", "baker", "miller", "fisherman"],
}

# The people who live in the known towns; a system message may also name anyone from anywhere.
PEOPLE = [
    ("Mira", "innkeeper", "Oakhollow"),
    ("Borin", "blacksmith", "Oakhollow"),
    ("Pim", "farmer", "Oakhollow"),
    ("Sela", "merchant", "Stonebridge"),
    ("Garrick", "guard", "Stonebridge"),
    ("Lysa", "bard", "Stonebridge"),
    ("Vex", "thief", "Stonebridge"),
    ("Elowen", "healer", "Willowmere"),
    ("Thorne", "hunter", "Willowmere"),
    ("Dorn", "ferryman", "Willowmere"),
    ("Aldric", "wizard", "Frostwick"),
    ("Anselm", "priest", "Frostwick"),
]
DEFAULT_PERSON = ("Tam", "villager", "Oakhollow")

NAMES = """Ada Alwyn Anya Arlo Asha Bran Bryn Cade Calla Cedric Corin Dagna Darin Della Edda Edric Elric Esme Farid
Fenn Finn Freya Gala Gareth Gerda Gorm Greta Gwen Hal Hana Hilda Hugo Ida Inga Isolde Ivar Jarek Joss Juno Kara
Kellan Kira Lena Leif Lorna Lucan Maeve Magnus Mara Marek Milo Nadia Nell Nora Odo Olaf Orla Osric Petra Quinn Ragna
Rolf Rowan Runa Sasha Signe Silas Stig Tara Tilda Tobin Ulf Una Vera Viktor Wanda Willem Wren Yara Yorick Zara
Zane""".split()
PLAYER_NAMES = """Kael Ryn Alex Sam Max Nova Jin Leo Luna Dax Eva Zed Kai Robin Ash Rex Lyra Toma Iris Axel Nia Vik
Sora Jax Mila Theo Rune Ember Storm Raven Felix Hector Ivy Jade Oscar Ruby Sven Talia Vince Zoe""".split()
TOWNS = """Ashford Briarwick Cresthaven Dunmoor Eastmarch Fairwater Greyport Highfell Ironvale Kingsbarrow Larkspur
Millbrook Northwatch Pinecrest Ravenford Redcliff Saltmarsh Thornbury Westbrook Wolfden""".split()


@dataclass(frozen=True)
class Town:
    inn: str
    way: str
    about: str


KNOWN_TOWNS = {
    "Oakhollow": Town(
        "the Golden Acorn",
        "follow the south road through the forest for half a day",
        "a quiet village under the oldest oak in the land, known for honey and good ale",
    ),
    "Stonebridge": Town(
        "the Broken Oar",
        "take the east road until you see the great bridge, about one day on foot",
        "a busy market town, built around a bridge that giants are said to have raised",
    ),
    "Willowmere": Town(
        "the Silver Heron",
        "follow the river west and you will reach the lake before dark",
        "a fishing village on the lake, with willows on every shore",
    ),
    "Frostwick": Town(
        "the Warm Hearth",
        "take the mountain pass north, two days of climbing, and dress warmly",
        "a cold little town in the mountains, with snow on the roofs all year",
    ),
}

# Place: the words for it, and how to reach it (the same in every town).
PLACES = {
    "inn": (["inn", "tavern", "pub"], "on the square, under the lantern"),
    "forge": (["blacksmith", "forge", "smithy"], "down by the river, where you see the smoke"),
    "market": (["market", "shop", "general store", "merchant"], "on the main street, past the well"),
    "temple": (["temple", "church", "shrine", "chapel"], "on the hill, behind the tall trees"),
    "healer": (["healer", "herbalist", "alchemist", "potion shop"], "in the cottage beside the herb garden"),
    "stables": (["stables", "stable", "horses"], "next to the east gate"),
    "docks": (["docks", "harbour", "ferry", "boats"], "at the bottom of the long steps, by the water"),
    "tower": (["wizard's tower", "mage tower", "library", "wizard"], "north of the wall; look for the blue light"),
    "barracks": (["barracks", "guard house", "guards", "jail"], "beside the main gate"),
    "graveyard": (["graveyard", "cemetery", "crypt"], "outside the west gate, past the broken wall"),
    "mine": (["mine", "old mine", "mines"], "an hour north, at the foot of the hills"),
    "well": (["well", "square", "town square"], "in the middle of everything; you cannot miss it"),
}
HOME = {
    "innkeeper": "inn",
    "blacksmith": "forge",
    "merchant": "market",
    "guard": "barracks",
    "healer": "healer",
    "wizard": "tower",
    "ferryman": "docks",
    "priest": "temple",
}


@dataclass(frozen=True)
class Item:
    phrase: str
    price: int
    seller: str
    remark: str

    @property
    def noun(self):
        return self.phrase.split(" ", 1)[1]


ITEMS = [
    Item("a sword", 40, "blacksmith", "It holds an edge well"),
    Item("a dagger", 12, "blacksmith", "Small, sharp and easy to hide"),
    Item("an axe", 30, "blacksmith", "It splits logs and shields alike"),
    Item("a spear", 25, "blacksmith", "Good for keeping trouble at a distance"),
    Item("a hammer", 28, "blacksmith", "Nothing is better against bones"),
    Item("a shield", 35, "blacksmith", "Solid oak with an iron rim"),
    Item("a helmet", 22, "blacksmith", "It has saved many a thick skull"),
    Item("some armour", 90, "blacksmith", "Every ring was closed by hand"),
    Item("a bow", 32, "hunter", "Carved from yew, and it shoots true"),
    Item("some arrows", 5, "hunter", "Twenty in a bundle, straight as the road"),
    Item("some furs", 15, "hunter", "They will keep the snow out"),
    Item("a healing potion", 20, "healer", "Drink it slowly, for it tastes of mud"),
    Item("an antidote", 15, "healer", "It works on snakes and spiders"),
    Item("some bandages", 4, "healer", "Clean linen, boiled twice"),
    Item("some herbs", 3, "healer", "Picked this morning, with the dew on them"),
    Item("a room", 8, "innkeeper", "The bed is soft and the door has a lock"),
    Item("some ale", 2, "innkeeper", "Brewed in my own cellar"),
    Item("some stew", 3, "innkeeper", "Hot, thick and full of carrots"),
    Item("some wine", 4, "innkeeper", "Red, from the southern hills"),
    Item("some bread", 1, "innkeeper", "Still warm from the oven"),
    Item("a rope", 6, "merchant", "Thirty paces long and strong as an ox"),
    Item("a torch", 1, "merchant", "It burns for half the night"),
    Item("a lantern", 10, "merchant", "The oil is included"),
    Item("a map", 7, "merchant", "Every road is on it, and most of the bridges"),
    Item("a tent", 18, "merchant", "It keeps the rain out, mostly"),
    Item("a backpack", 9, "merchant", "It holds more than you would think"),
    Item("some boots", 11, "merchant", "Good leather, made for long roads"),
    Item("a cloak", 13, "merchant", "Warm wool with a deep hood"),
    Item("a spell scroll", 50, "wizard", "Read it only once, and never indoors"),
    Item("a wand", 75, "wizard", "Point it away from your face"),
    Item("a magic ring", 120, "wizard", "It glows when danger is near"),
    Item("an amulet", 16, "priest", "It was blessed at dawn"),
    Item("some candles", 2, "priest", "They burn with a clear light"),
    Item("some apples", 1, "farmer", "Sweet ones, from my own trees"),
    Item("some eggs", 1, "farmer", "My hens are proud of them"),
    Item("some cheese", 3, "farmer", "Aged for a whole winter"),
    Item("some lockpicks", 14, "thief", "You did not get them from me"),
    Item("a boat ride", 5, "ferryman", "We leave when you are ready"),
]
SELLER_PLACES = {
    "blacksmith": "at the forge",
    "hunter": "from a hunter",
    "healer": "at the healer's cottage",
    "innkeeper": "at the inn",
    "merchant": "at the market",
    "wizard": "at the wizard's tower",
    "priest": "at the temple",
    "farmer": "from a farmer",
    "thief": "in a dark alley",
    "ferryman": "down at the docks",
}
STOCK = {
    "innkeeper": "a room for 8 gold, and ale, stew, wine and fresh bread",
    "blacksmith": "swords, daggers, axes, shields and armour",
    "merchant": "ropes, torches, maps, boots and warm cloaks",
    "healer": "healing potions, antidotes, bandages and herbs",
    "wizard": "spell scrolls, wands and a magic ring or two",
    "hunter": "bows, arrows and warm furs",
    "farmer": "apples, eggs and good cheese",
    "priest": "amulets and candles",
    "thief": "lockpicks, and nothing I can talk about here",
    "ferryman": "a boat ride across the water, for 5 gold",
}

LOOT = {
    "some wolf pelts": (6, "merchant"),
    "an old sword": (10, "blacksmith"),
    "a ruby": (60, "merchant"),
    "some iron ore": (8, "blacksmith"),
    "some rare herbs": (7, "healer"),
    "a silver ring": (25, "merchant"),
    "a goblin helmet": (4, "blacksmith"),
    "some spider silk": (12, "merchant"),
    "an ancient book": (30, "wizard"),
    "a dragon scale": (100, "wizard"),
    "some fresh fish": (3, "innkeeper"),
    "a deer": (9, "innkeeper"),
}


@dataclass(frozen=True)
class Monster:
    words: str
    home: str
    nature: str
    weakness: str


MONSTERS = [
    Monster("goblins|goblin", "in the caves east of the road", "Goblins are small and cowardly, but they never come alone", "They fear fire, so carry a torch"),
    Monster("wolves|wolf", "deep in the forest", "The wolves hunt in packs, and this winter made them hungry", "Keep your back to a tree and watch the biggest one"),
    Monster("dragon|dragons", "on the black mountain", "The dragon has slept for a hundred years, and it breathes fire when it wakes", "The scales are thin under the left wing, so aim there"),
    Monster("bandits|bandit", "in the ruined fort on the hill", "The bandits rob travellers on the east road", "Their leader is the only brave one, so beat him first"),
    Monster("trolls|troll", "under the old bridge", "A troll is slow and stupid, but its wounds close again", "Only fire stops the wounds from closing"),
    Monster("skeletons|skeleton|undead", "in the crypt under the graveyard", "The skeletons rise at night and do not tire", "Use a hammer, because blades slip between the bones"),
    Monster("spiders|spider", "in the old mine", "The spiders there are as big as dogs and full of poison", "Take an antidote and burn the webs"),
    Monster("ghosts|ghost|spirits", "in the empty manor", "A ghost is only a sad memory, but its touch is cold as ice", "Steel does nothing, but silver and a prayer will work"),
    Monster("bears|bear", "near the honey trees", "The bears are peaceful unless you come between them and their cubs", "Do not run; make noise and step back slowly"),
    Monster("vampire|vampires", "in the castle beyond the marsh", "The vampire has not aged in three hundred years and is always polite", "Sunlight and garlic are your friends"),
    Monster("witch|witches", "in a hut in the swamp", "The witch trades in curses, though she keeps her word", "Never tell her your true name"),
    Monster("orcs|orc", "beyond the northern wall", "Orcs are strong fighters and they honour courage", "Stand your ground, and never show them your back"),
    Monster("rats|rat", "in the cellars and the sewers", "The rats are only a nuisance, until there are fifty of them", "A good boot and a good cat will do"),
    Monster("slimes|slime", "in the wet caves by the lake", "A slime eats anything it touches, even iron", "Throw salt on it and keep your sword clean"),
]


@dataclass(frozen=True)
class Quest:
    ask: str
    where: str
    reward: str
    why: str


QUESTS = {
    "innkeeper": [
        Quest("There are giant rats in my cellar, and I need someone to clear them out", "The cellar door is behind the bar", "ten gold and a free room", "They have eaten all the cheese"),
        Quest("My ale cart never arrived, and I need someone to find it", "It was last seen on the east road", "fifteen gold and all the ale you can drink", "Without ale an inn is only a house"),
    ],
    "blacksmith": [
        Quest("I need ten pieces of iron ore from the old mine", "The mine is an hour north of here", "a new dagger, made by my own hand", "Without ore the forge stays cold"),
        Quest("A goblin stole my best hammer, and I want it back", "The goblins live in the caves east of the road", "thirty gold and a sharp blade", "My father made that hammer"),
    ],
    "merchant": [
        Quest("Bandits took my wagon, and I need someone brave to get it back", "They dragged it to the ruined fort on the hill", "fifty gold", "Everything I own was on that wagon"),
        Quest("I need someone to carry a parcel to the wizard", "The tower stands north of the wall", "twelve gold when it is delivered", "My own boy is afraid of wizards"),
    ],
    "guard": [
        Quest("Bandits are robbing people on the east road, and I need them stopped", "Their camp is in the ruined fort on the hill", "forty gold from the town chest", "I do not have enough men to send"),
        Quest("A prisoner escaped last night, and I need a good tracker", "The tracks lead into the forest", "twenty gold and my thanks", "He knows where the stolen silver is"),
    ],
    "healer": [
        Quest("I need five moonpetal flowers for a sick child", "They grow by the lake and open at night", "three healing potions", "The fever will not break without them"),
        Quest("The well water has gone bad, and someone must find out why", "Follow the stream up into the hills", "twenty gold and a pouch of herbs", "Half the village is ill"),
    ],
    "wizard": [
        Quest("A book was stolen from my library, and it must not be opened", "The thief fled to the empty manor", "a spell scroll of your choice", "Something is asleep in its pages"),
        Quest("I need a blue crystal from the wet caves", "The caves are by the lake; mind the slimes", "sixty gold and a small enchantment", "My staff has lost its light"),
    ],
    "hunter": [
        Quest("A great white wolf is killing the deer, and I cannot hunt it alone", "Its den is deep in the forest, past the fallen oak", "a yew bow and warm furs", "It took my dog last winter"),
        Quest("Someone is setting cruel traps in the forest, and I want them gone", "Start at the fallen oak and look under the leaves", "twenty gold and a bundle of arrows", "They hurt beasts and children alike"),
    ],
    "farmer": [
        Quest("My best cow has gone missing, and I need help to find her", "She likes the meadow beyond the mill", "a wheel of cheese and five gold", "She gives more milk than all the others"),
        Quest("Goblins raid my field every night, and I want them driven off", "They come from the caves east of the road", "ten gold and a basket of apples", "Soon there will be nothing left to harvest"),
    ],
    "bard": [
        Quest("I need the last verse of an old song, and only a hermit knows it", "The hermit lives in a hut in the swamp", "fifteen gold and a song about you", "I cannot sing half a ballad"),
        Quest("Someone stole the strings of my lute, and I have a show tonight", "I last saw them at the inn", "ten gold and a seat in the front row", "A bard without strings is only a loud man"),
    ],
    "ferryman": [
        Quest("Something in the lake is breaking my nets, and I want to know what", "Look near the three rocks at dawn", "free crossings for life", "I will not row out there alone"),
        Quest("My oars were stolen, and I cannot cross without them", "The thieves ran toward the ruined fort", "ten gold and a ride", "No oars, no ferry, no supper"),
    ],
    "priest": [
        Quest("The dead are restless in the crypt, and someone must calm them", "The crypt lies under the graveyard, past the broken wall", "a blessed amulet and twenty gold", "A holy candle was taken from the altar"),
        Quest("I need a pilgrim led safely to the mountain shrine", "Take the mountain pass north", "my blessing and thirty gold", "She is old, and the road is not safe"),
    ],
    "thief": [
        Quest("I need a letter from the captain's desk, and no questions", "It is in the guard house beside the main gate", "seventy gold, in small coins", "My name is in that letter"),
        Quest("There is a locked chest in the empty manor, and I want what is in it", "The manor stands beyond the graveyard", "half of whatever we find", "The ghosts do not let me in"),
    ],
    "villager": [
        Quest("My little dog ran away, and I need help to find him", "He ran toward the forest this morning", "five gold and an apple pie", "He is all the family I have"),
        Quest("Somebody keeps stealing washing from my line, and I want to know who", "The footprints lead to the old mill", "three gold and a warm shirt", "I am down to my last socks"),
    ],
}

# Rumour, and what a second question brings out.
RUMOURS = [
    ("They say the dragon on the black mountain is waking up", "Smoke was seen above the peak three nights in a row"),
    ("Folk whisper that the old king's crown lies in the crypt", "They say a skeleton still wears it"),
    ("A stranger in a grey cloak has been asking about the wizard", "He pays in coins nobody knows"),
    ("People say the miners dug too deep and woke something", "The mine has been empty since the spring"),
    ("I heard there is a treasure under the old bridge", "The trouble is the troll that sits on it"),
    ("They say the lights in the swamp lead travellers astray", "The witch lights them, if you ask me"),
    ("Somebody saw a ship with black sails on the lake", "It makes no sound, and nobody is at the helm"),
    ("I heard that the queen is looking for brave adventurers", "She pays well, but few of them come home"),
    ("They say the bandits have a spy in town", "Someone always tells them when a wagon leaves"),
    ("A farmer swears that his scarecrow walks at night", "Every morning it stands in a different field"),
    ("People say the empty manor is not empty at all", "There is music in it at midnight"),
    ("I heard wolves were seen inside the walls", "One of them opened a door like a man"),
]

JOKES = [
    "Why did the skeleton fail as a guard? He let everything go right through him",
    "What do you call a goblin with a sword? Sir, until he drops it",
    "Why does nobody lend money to a dragon? He only ever sits on it",
    "How do you make a troll laugh on Sunday? You tell him a joke on Friday",
    "Why did the wizard marry a frog? He was the one who started it",
    "What does a ghost order at the inn? Nothing, it goes right through him",
    "Why are bards so thin? You cannot eat applause",
    "Why did the orc cross the bridge? He had already eaten the troll",
    "What is the best armour for a coward? A very long road",
    "Why did the knight polish his shield all night? It was the only friend who looked up to him",
    "A dwarf walks under a table and asks who raised the roof",
    "How many rats fit in a barrel of ale? Ask the innkeeper, but drink something else",
]

RIDDLES = [
    ("What has a mouth at the lake but never drinks", "the river"),
    ("What goes up the hill and down the hill but never moves", "the road"),
    ("What grows shorter the longer it works at night", "a candle"),
    ("What wears a crown of smoke and eats wood all winter", "the hearth"),
    ("What can you give away and still have to keep", "your word"),
]
