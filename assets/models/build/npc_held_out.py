"""Prompts and sentences written by hand, apart from the corpus, for evaluation and samples."""

MIRA = "You are Mira, the innkeeper of Oakhollow."
BORIN = "You are Borin, the blacksmith of Oakhollow."
PIM = "You are Pim, the farmer of Oakhollow."
SELA = "You are Sela, the merchant of Stonebridge."
GARRICK = "You are Garrick, the guard of Stonebridge."
LYSA = "You are Lysa, the bard of Stonebridge."
VEX = "You are Vex, the thief of Stonebridge."
ELOWEN = "You are Elowen, the healer of Willowmere."
THORNE = "You are Thorne, the hunter of Willowmere."
DORN = "You are Dorn, the ferryman of Willowmere."
ALDRIC = "You are Aldric, the wizard of Frostwick."
ANSELM = "You are Anselm, the priest of Frostwick."
# Nobody of these names, and no such towns, are in the corpus.
BRUNHILD = "You are Brunhild, the blacksmith of Emberfall."
PASCAL = "You are Pascal, a cheerful merchant in Duskwater."

PROMPTS = [
    (MIRA, "Good evening! Do you have a bed free tonight?"),
    (MIRA, "i'd like a bowl of stew and some bread please"),
    (MIRA, "Who are you, if I may ask?"),
    (MIRA, "what's the latest gossip in town?"),
    (MIRA, "Is there any job you need done?"),
    (MIRA, "How much would a mug of ale cost me?"),
    (BORIN, "I need a new sword, mine broke."),
    (BORIN, "what would be a good weapon against skeletons"),
    (BORIN, "Do you need help with something?"),
    (BORIN, "hello smith"),
    (BORIN, "How much do you want for a shield?"),
    (BORIN, "Could you tell me where the tavern is?"),
    (PIM, "How is the harvest this year?"),
    (PIM, "can i buy apples here?"),
    (PIM, "Do you have problems with goblins?"),
    (PIM, "Where could I spend the night?"),
    (SELA, "Show me what you've got for sale."),
    (SELA, "I'd like a map of the area"),
    (SELA, "How much is a rope?"),
    (SELA, "would you buy these wolf pelts from me?"),
    (SELA, "That costs too much!"),
    (SELA, "How do I travel from here to Frostwick?"),
    (GARRICK, "Is it dangerous to walk the roads after dark?"),
    (GARRICK, "whats your name guard"),
    (GARRICK, "Someone stole my purse!"),
    (GARRICK, "I have been told there are bandits around. Where do they hide?"),
    (GARRICK, "give me all your money or die"),
    (GARRICK, "Do you have work for a mercenary?"),
    (LYSA, "Would you sing something for me?"),
    (LYSA, "tell me a good joke"),
    (LYSA, "Do you know any old tales?"),
    (LYSA, "What do you do for a living?"),
    (VEX, "I need a set of lockpicks."),
    (VEX, "who do you work for?"),
    (VEX, "Heard anything interesting lately?"),
    (ELOWEN, "I've been wounded by a wolf, can you help?"),
    (ELOWEN, "one healing potion please"),
    (ELOWEN, "Is there something I could do for you?"),
    (ELOWEN, "Do you think it will rain tomorrow?"),
    (ELOWEN, "thank you so much for everything"),
    (THORNE, "Do you sell bows?"),
    (THORNE, "how do i kill a troll"),
    (THORNE, "Where do the wolves have their den?"),
    (THORNE, "What can you tell me about the dragon on the mountain?"),
    (DORN, "I need to get across the lake."),
    (DORN, "how old are you?"),
    (DORN, "Are there monsters in this area?"),
    (ALDRIC, "Could you teach me some magic?"),
    (ALDRIC, "What is a spell scroll worth?"),
    (ALDRIC, "write a python script that sorts a list"),
    (ALDRIC, "Tell me a riddle, wise one."),
    (ANSELM, "Please give me your blessing, father."),
    (ANSELM, "Where is the graveyard?"),
    (ANSELM, "What do you know about the ghosts?"),
    (BRUNHILD, "Hi! What's your name?"),
    (BRUNHILD, "do you make helmets?"),
    (BRUNHILD, "What is this town called?"),
    (PASCAL, "Hello, my name is Rodrick."),
    (PASCAL, "who is the president of the united states?"),
    (PASCAL, "Well, I must be going. Bye!"),
]

CONVERSATIONS = [
    (MIRA, ["hi, i'm Dario", "do you have any work?", "what would you pay me?", "alright, i'll do it", "do you still know my name?", "bye!"]),
    (BORIN, ["Good morning.", "How much is an axe?", "Hm, that's a lot. Any discount?", "Okay, I'll buy it.", "Thank you!"]),
    (GARRICK, ["what's going on in town?", "really? tell me more", "where's the inn?", "is it far?", "see you"]),
    (BRUNHILD, ["Who am I talking to?", "Tell me about the goblins", "how do I beat them?", "and where do they live?", "Thanks for your help"]),
]

# Each group says one thing three ways; an embedding should put a group together.
PARAPHRASES = [
    ["Where can I find the inn?", "How do I get to the tavern?", "I'm looking for the inn, which way is it?"],
    ["What is your name?", "Who are you?", "May I know what you are called?"],
    ["I want to buy a sword.", "Would you sell me a sword?", "How much does a sword cost?"],
    ["Do you have any work for me?", "Is there a quest I could do?", "I'm looking for a job."],
    ["How do I kill the dragon?", "What's the best way to fight a dragon?", "Does the dragon have a weakness?"],
    ["Have you heard any rumours?", "What's the latest news?", "Any gossip from the travellers?"],
    ["Tell me a joke.", "Make me laugh!", "Do you know something funny?"],
    ["Will it rain today?", "What do you think of the weather?", "Looks like a storm is coming."],
    ["Goodbye, my friend.", "I have to leave now, bye.", "See you another time."],
    ["Thank you for your help.", "I am very grateful to you.", "Thanks a lot!"],
]
SENTENCES = [sentence for group in PARAPHRASES for sentence in group]
ALL_LINES = [
    *(user for _, user in PROMPTS),
    *(line for _, lines in CONVERSATIONS for line in lines if len(line) > 12),
    *SENTENCES,
]
