"""Talk about things of the world: places, goods, quests, rumours, monsters, towns and people.

Each entry is (what players say, what characters answer). Lines under a topic's own name open it;
the others only follow it, so `it` has a meaning when they come.
"""

PLACE_LINES = [
    "Where is the {place}?", "Where can I find the {place}?", "How do I get to the {place}?", "I am looking for the {place}.",
    "Can you point me to the {place}?", "Which way to the {place}?", "Is there a {place} here?", "Where do I find the {place}?",
    "Can you show me the way to the {place}?", "Directions to the {place}, please.", "I need to find the {place}.",
    "Do you know where the {place} is?", "Could you tell me where the {place} is?", "Is the {place} far from here?",
    "How far is the {place}?", "Take me to the {place}.", "I want to visit the {place}.", "Does {town} have a {place}?",
    "I cannot find the {place}.", "What is the way to the {place}?",
]
PLACE_REPLIES = ["You will find the {place} {way}. [You cannot miss it.|]", "The {place}? {way_sentence}. [You cannot miss it.|It is not far.|]"]
PLACE_HOME_REPLIES = ["You have found it! [This is the {place}, and I am the {role}.|You are standing in it.]", "Right here, traveller. This is the {place}."]
PLACE_FOLLOW = {
    "far": (
        ["Is it far?", "How far is that?", "Is it far from here?", "How long does it take?", "Can I walk there?", "Is it close?"],
        ["Not far at all. [A short walk.|You will be there before your boots get dusty.]"],
    ),
    "open": (
        ["Is it open now?", "Is it open?", "When does it open?", "Will anyone be there?", "Is it open at night?"],
        ["It is open until dark, [as far as I know|most days]. [Hurry and you will make it.|]"],
    ),
    "good": (
        ["Is it any good?", "Is it a nice place?", "What is it like?", "Can you recommend it?", "Is it worth a visit?"],
        ["[It is a good place|I like it there]. [Tell them that I sent you.|You will see.]"],
    ),
}

BUY_LINES = [
    "I want to buy {item}.", "I would like {item}, please.", "Can I buy {item}?", "Do you sell {plain}?", "I need {item}.",
    "Can I get {item}?", "Give me {item}.", "Do you have {item}?", "Do you have {plain} for sale?", "I am looking for {item}.",
    "How much for {item}?", "How much is {item}?", "What does {item} cost?", "What is the price of {item}?", "Sell me {item}.",
    "I will take {item}.", "Got any {plain}?", "I could use {item}.", "{Item}, please.", "Could I have {item}?",
    "Where can I buy {item}?", "Who sells {plain}?", "Where do I get {item}?", "I would like to buy {item} from you.", "Can you sell me {item}?",
]
BUY_REPLIES = ["[{Item}? That is|{Item} will be|For {item} I ask] {price} gold. {remark}.", "I have {item} for {price} gold. {remark}."]
BUY_ELSEWHERE_REPLIES = ["I do not sell that. You can buy {item} {seller_place}.", "[I have none|You will not find that here], friend. [Look for {item}|You can get {item}] {seller_place}."]
BUY_FOLLOW = {
    "take": (
        ["I will take it.", "Deal.", "I will buy it.", "Here is the gold.", "Sold.", "Okay, I will take it.", "Good, here is your money.", "I want it.", "Yes, I will have it.", "Here you go.", "Take my gold."],
        ["[A pleasure|Thank you, friend]. That is {price} gold, and here [you are|is your {noun}]. [Use it well.|]"],
    ),
    "price": (
        ["How much is it?", "What does it cost?", "How much?", "What is the price?", "How much gold?", "And the price?", "How much do I owe you?"],
        ["It is {price} gold, [friend|and worth every coin].", "{price} gold, [and not a coin less|and it is yours]."],
    ),
    "cheaper": (
        ["That is too expensive.", "Can you make it cheaper?", "Too much.", "Would you take less?", "I only have a few coins.", "Give me a discount.", "Can you go lower?"],
        ["[I cannot go lower|The price stays], friend. {price} gold is fair.", "{price} gold is my price, [and I have to eat too|and it is a good one]."],
    ),
    "quality": (
        ["Is it any good?", "Is it good?", "What is it like?", "Tell me more about it.", "What can you tell me about it?", "Is it worth it?", "Are you sure that it works?"],
        ["{remark}. [You will not find better in {town}.|You will not be sorry.]"],
    ),
    "pass": (
        ["No thanks.", "Not today.", "I will think about it.", "Maybe another time.", "I changed my mind.", "Never mind.", "I do not want it."],
        ["[As you wish|No matter], friend. It will be here if you change your mind."],
    ),
}
ELSEWHERE_FOLLOW = {
    "why": (
        ["Why not?", "Why do you not sell it?", "Are you sure?", "Not even one?"],
        ["I am the {role}, friend. Look {seller_place} for that."],
    ),
    "thanks": (["Okay, thanks.", "I will try there.", "Good to know.", "Alright, I will look there."], ["[Good luck|You are welcome], friend."]),
}

SELL_LINES = [
    "I want to sell {item}.", "Do you buy {plain}?", "Would you like to buy {item}?", "I have {item} to sell.", "How much will you give me for {item}?",
    "Can I sell you {item}?", "I found {item}. Do you want to buy it?", "What would you pay for {item}?", "I have {item}. Interested?",
    "Will you buy {item} from me?", "Where can I sell {item}?", "Who buys {plain}?", "Want to buy {item}?", "I would like to sell {item}.",
]
SELL_REPLIES = ["[Let me see.|Interesting.] I will give you {price} gold for that.", "I can pay {price} gold. [Do we have a deal?|]"]
SELL_ELSEWHERE_REPLIES = ["I have no use for that. [Try to sell it {seller_place}.|Somebody {seller_place} may buy it.]"]
SELL_FOLLOW = {
    "deal": (["Deal.", "Okay, deal.", "Sold.", "Agreed.", "Yes, take it.", "Fine, it is yours.", "I accept."], ["Done! Here is your {price} gold. [A pleasure to trade with you.|]"]),
    "more": (["I want more.", "Is that all?", "Can you pay more?", "It is worth more than that.", "That is too little.", "How about double?"], ["{price} gold is all I can pay, friend. Take it or leave it."]),
    "refuse": (["No deal.", "Then I will keep it.", "No, I will keep it.", "Forget it."], ["As you wish. [The offer stands.|Come back if you change your mind.]"]),
}

QUEST_LINES = [
    "Do you have any work for me?", "Do you have a quest for me?", "I am looking for work.", "Any quests?", "Is there anything I can do for you?",
    "Do you need help with anything?", "Do you need any help?", "Can I help you?", "Got any jobs?", "I am looking for adventure.", "Is there a job for me?",
    "Do you have a task for me?", "I need a quest.", "Give me a quest.", "How can I help?", "I want to help you.", "Is something troubling you?",
    "What can I do for you?", "Have you any errands for me?", "I am an adventurer looking for work.", "Is anything wrong?", "Any work for a sword?",
    "Do you need a hero?", "Is there any trouble around here?", "Can I do something for you?",
]
QUEST_REPLIES = ["[There is something.|You come at the right time.|As it happens, yes.] {ask}.", "[Yes, there is.|Perhaps you can help.] {ask}. {why}."]
QUEST_FOLLOW = {
    "reward": (
        ["What is the reward?", "What do I get?", "How much will you pay?", "What is in it for me?", "Is there a reward?", "What will you pay me?", "How much gold?", "And the pay?", "Will I be paid?"],
        ["I will give you {reward}.", "Your reward is {reward}. [I keep my word.|]"],
    ),
    "where": (
        ["Where do I go?", "Where should I look?", "Where is that?", "Where do I start?", "Where can I find it?", "Which way?", "Where should I begin?", "Where do I find them?"],
        ["{where}.", "{where}. [Be careful.|Good luck.]"],
    ),
    "why": (
        ["Why?", "Why do you need that?", "Tell me more.", "What happened?", "Why does it matter?", "Why is it so important?", "Why me?", "Can you tell me more about it?"],
        ["{why}. [Will you help me?|That is why I ask.]"],
    ),
    "accept": (
        ["I will do it.", "I accept.", "Count me in.", "You can count on me.", "I will help you.", "Consider it done.", "Sure, I will help.", "Alright, I will do it.", "Yes, I will help.", "Leave it to me.", "I am on it."],
        ["[Thank you|Bless you], traveller! {where}.", "[Thank you|I knew I could count on you]. {where}, and your reward is {reward}."],
    ),
    "refuse": (
        ["No, I am busy.", "I cannot help you.", "Not interested.", "Maybe later.", "Find somebody else.", "No, thank you.", "That sounds too dangerous.", "I would rather not.", "That is not for me."],
        ["I understand. [Come back if you change your mind.|I will ask somebody else.]"],
    ),
    "done": (
        ["It is done.", "I have finished the quest.", "I did it.", "I am back, and the job is done.", "The work is done.", "I took care of it.", "I completed the task.", "All done."],
        ["[Wonderful!|You have done it!] Here is your reward: {reward}.", "[I am in your debt.|Thank you, hero.] As promised, {reward}."],
    ),
}

RUMOUR_LINES = [
    "Have you heard any rumours?", "Any news?", "What is new?", "Any rumours?", "Heard anything interesting?", "What is the news?", "What are people talking about?",
    "Do you know any gossip?", "Any gossip?", "What have you heard lately?", "Tell me a rumour.", "What is going on around here?", "What is happening in {town}?",
    "Anything strange happening?", "Have you heard anything strange?", "Do you know any secrets?", "Tell me the latest news.", "What do the travellers say?", "Is there any news from the road?", "What is the word on the street?",
]
RUMOUR_REPLIES = ["{rumour}."]
RUMOUR_FOLLOW = {
    "more": (
        ["Tell me more.", "What else do you know?", "Go on.", "Really?", "How do you know?", "Is that true?", "Are you sure?", "What happened?", "Do you believe that?", "Interesting. What else?", "Why?"],
        ["{detail}. [That is all I know.|I would stay away, if I were you.|Believe it or not.]"],
    ),
    "told": (["Who told you that?", "Where did you hear that?", "Who says so?", "Who saw it?"], ["A traveller told me, [over a mug of ale|and he looked honest]. {detail}."]),
}

MONSTER_LINES = {
    "about": [
        "Tell me about the {monster}.", "What do you know about {monsters}?", "What can you tell me about the {monster}?", "Have you seen the {monster}?", "Is there {a_monster} near here?",
        "Are there {monsters} here?", "I am afraid of the {monster}.", "Is it true about the {monster}?", "Are {monsters} dangerous?", "What about the {monsters}?", "I heard there are {monsters} nearby.", "Have you ever seen {a_monster}?",
        "Is {a_monster} dangerous?", "What are {monsters} like?",
    ],
    "home": ["Where is the {monster}?", "Where can I find {monsters}?", "Where do the {monsters} live?", "Where does the {monster} live?", "Where is the lair of the {monster}?", "I am hunting {monsters}. Where are they?", "Which way to the {monster}?", "Where should I look for {monster}?"],
    "weakness": [
        "How do I kill {a_monster}?", "How do I fight {monsters}?", "How can I defeat the {monster}?", "What is the weakness of the {monster}?", "What should I use against {monsters}?", "How do I beat {a_monster}?", "Any tips for fighting {monsters}?",
        "What weapon works against {monsters}?", "Do {monsters} have a weakness?", "I have to fight {a_monster}. Any advice?", "I am going to kill the {monster}.", "How does one slay {a_monster}?", "What are {monsters} afraid of?", "How do I kill the {monster}?",
    ],
}
MONSTER_REPLIES = {
    "about": ["{nature}. [Be careful.|]", "{nature}. You will find them {home}.", "{nature}."],
    "home": ["You will find them {home}. [Be careful.|{weakness}.]", "Look {home}, [if you dare|but do not go alone]."],
    "weakness": ["{weakness}. [Good luck.|]", "{weakness}. [I would not go alone.|]"],
}
MONSTER_FOLLOW = {
    "home": (["Where are they?", "Where do they live?", "Where can I find them?", "Where is it?", "Where is its lair?"], MONSTER_REPLIES["home"]),
    "weakness": (["How do I kill it?", "How do I fight them?", "Do they have a weakness?", "What should I do if I meet one?", "How can I beat them?", "What are they afraid of?"], MONSTER_REPLIES["weakness"]),
    "about": (["Are they dangerous?", "Tell me more.", "What are they like?", "How bad is it?", "Should I be afraid?"], ["{nature}."]),
}

ROUTE_LINES = [
    "How do I get to {goal}?", "Which way to {goal}?", "Where is {goal}?", "I am going to {goal}.", "How far is {goal}?", "What is the road to {goal}?", "I want to go to {goal}.",
    "Do you know the way to {goal}?", "Can you tell me the way to {goal}?", "I need to reach {goal}.", "How do I travel to {goal}?", "What is the fastest way to {goal}?", "Point me to {goal}.",
]
ROUTE_REPLIES = ["To reach {goal}, {way}.", "{goal}? [Then|Just] {way}."]
ROUTE_SAME_REPLIES = ["You are already in {goal}, traveller!", "This is {goal}. You have arrived."]
ROUTE_UNKNOWN_REPLIES = ["{goal}? [It is far from here.|That is a long way.] Ask the merchants, for they know every road."]
TOWN_LINES = ["Tell me about {goal}.", "What is {goal} like?", "What do you know about {goal}?", "Have you been to {goal}?", "Is {goal} worth a visit?", "What is there in {goal}?"]
TOWN_REPLIES = ["{goal} is {about}."]
ROUTE_FOLLOW = {
    "about": (["What is it like?", "What is there?", "Is it a nice town?", "Tell me about it."], TOWN_REPLIES),
    "safe": (["Is the road safe?", "Is it dangerous?", "Will I be safe?", "Anything I should watch out for?"], ["Safe enough by day. [At night the road belongs to wolves and bandits.|Do not camp near the ruined fort.]"]),
    "way": (["How do I get there?", "Which way is it?", "How far is it?", "What road do I take?"], ["To reach {goal}, {way}."]),
}

PERSON_LINES = ["Who is {person}?", "Do you know {person}?", "Where can I find {person}?", "I am looking for {person}.", "Tell me about {person}.", "Where is {person}?", "Have you seen {person}?", "What do you think of {person}?"]
PERSON_REPLIES = ["{person} is the {person_role} of {person_town}. [A good soul.|Everyone knows {person}.|]", "{person}? That is the {person_role} of {person_town}."]
PERSON_UNKNOWN_REPLIES = ["I know nobody called {person}. [Ask at the inn.|Is it a friend of yours?]"]

TRADE_PERSON_LINES = ["Who is the {trade} here?", "Do you know a {trade}?", "Is there a {trade} in {town}?", "I need a {trade}.", "I am looking for a {trade}.", "Where can I find a {trade}?", "What is the name of the {trade}?", "Do you know the {trade}?", "Who works as the {trade} here?"]
TRADE_PERSON_REPLIES = ["That would be {person}, the {trade} of {town}.", "You are looking for {person}, our {trade}."]
TRADE_SELF_REPLIES = ["You are speaking to the {trade}, friend. [What do you need?|I am {name}.]"]
TRADE_UNKNOWN_REPLIES = ["[I am not sure|I could not say], friend. [Ask at the market.|Try asking at the inn.]"]

WEAPON_LINES = [
    "What weapon should I use?", "Which weapon is best?", "What is the best weapon?", "Should I use a sword or an axe?", "What kind of weapon do you recommend?", "I need a good weapon.", "What armour should I wear?", "I need a weapon.",
    "Can you recommend a weapon?", "Is a bow better than a sword?", "What should I fight with?", "How do I choose a sword?", "Sword or bow?", "What do I need for an adventure?",
]
WEAPON_REPLIES = [
    "A spear for a beginner, a sword for a soldier, [and good boots for both|and a bow for the patient].",
    "[Take a sword|Choose a sword] if you are quick, and a hammer if you are strong. [The blacksmith can help you.|]",
]
WEAPON_BLACKSMITH_REPLIES = ["A sword is 40 gold and an axe is 30. [For bones, take a hammer.|For a beginner, I would choose the spear.]"]

NAME_MEMORY_LINES = ["What is my name?", "Do you remember my name?", "Do you know who I am?", "Who am I?", "Do you remember me?", "What did I say my name was?"]
NAME_MEMORY_REPLIES = ["You [are|said that you are] {player}. [I do not forget a name.|How could I forget?]", "Your name is {player}, [of course|unless you lied to me]."]
NAME_UNKNOWN_REPLIES = ["You have not told me your name, [traveller|stranger].", "I do not know your name yet. [What do they call you?|]"]

RIDDLE_FOLLOW = {
    "give_up": (["I give up.", "I do not know.", "What is the answer?", "Tell me the answer.", "No idea.", "What is it?"], ["[The answer is|It is] {answer}. [Did you like it?|My grandmother taught me that one.]"]),
    "guess": (["Is it {answer}?", "{answer}.", "It must be {answer}.", "Is the answer {answer}?"], ["[Yes|Correct]! It is {answer}. You are clever, traveller."]),
    "wrong": (["Is it a cat?", "Is it the moon?", "A dragon?", "Is it love?", "Is it gold?", "A sword?"], ["No, [think again|that is not it]. [Shall I tell you?|]"]),
}
JOKE_FOLLOW = {
    "laugh": (["Haha!", "That is funny.", "Good one.", "Lol.", "Very funny.", "I like that one."], ["[I am glad you liked it|It works every time]. [I have more where that came from.|]"]),
    "groan": (["That was bad.", "That is not funny.", "I do not get it.", "Terrible joke.", "I have heard that one before."], ["[Everyone|Every critic] says so, [and yet they smile|and still they ask for another]."]),
}

OPENERS = ["hey,", "um,", "so,", "excuse me,", "hi,", "well,", "please,", "hello,", "ok,", "tell me,", "listen,", "hmm,"]
CLOSERS = [", please", ", friend", ", my friend", ", sir", " now", " then", ", good sir", ", stranger", " today"]
