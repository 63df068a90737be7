"""Talk about things of the world: places, goods, quests, rumours, monsters, towns and people.

Each entry is (what players say, what characters answer). Lines under a topic's own name open it;
the others only follow it, so `it` has a meaning when they come.
"""

PLACE_LINES = [
    "[Can|Could|Would] you [show|tell] me the way to the {place}?", "How can I reach the {place}?",
    "What is the quickest way to the {place}?", "I want to go to the {place}.", "I must get to the {place}.",
    "Would you know where the {place} is?", "Could you direct me to the {place}?",
    "Point me to the {place}, please.", "Where would I find the {place}?", "Where is the nearest {place}?",
    "Is there a {place} [nearby|around here|in this town|in {town}]?", "The {place}, where is it?",
    "Which road leads to the {place}?", "I am trying to find the {place}.",
    "I heard that there is a {place} here. Where is it?", "Where do I go for the {place}?",
    "Any idea where the {place} is?", "{place}?",
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
        ["Is that far?", "How many minutes is it?", "Is it a long walk?", "Is it near?", "Is it far?", "How far is that?", "Is it far from here?", "How long does it take?", "Can I walk there?", "Is it close?"],
        ["Not far at all. [A short walk.|You will be there before your boots get dusty.]"],
    ),
    "open": (
        ["Will it be open?", "Is it closed at night?", "Is it open now?", "Is it open?", "When does it open?", "Will anyone be there?", "Is it open at night?"],
        ["It is open until dark, [as far as I know|most days]. [Hurry and you will make it.|]"],
    ),
    "good": (
        ["Is it nice?", "Do you like it there?", "Would you recommend it?", "Is it any good?", "Is it a nice place?", "What is it like?", "Can you recommend it?", "Is it worth a visit?"],
        ["[It is a good place|I like it there]. [Tell them that I sent you.|You will see.]"],
    ),
}

BUY_LINES = [
    "I wish to buy {item}.", "Could you sell me {item}?", "Would you sell me {item}?", "I am interested in {plain}.",
    "May I have {item}?", "Please give me {item}.", "Let me have {item}.", "I want {item}.", "Do you stock {plain}?",
    "Have you got {plain}?", "Have you got {item} for me?", "How expensive is {item}?",
    "How much do you ask for {item}?", "How much would {item} cost?", "How much gold for {item}?",
    "What do you want for {item}?", "What is your price for {item}?", "What would {item} cost me?",
    "Price of {item}?", "I lost my {noun}. Do you have another?", "My {noun} is gone. I need a new one.",
    "I need a [good|new|cheap] {noun}.", "Where might I buy {item}?", "Where can I get {plain}?",
    "Does anyone here sell {plain}?", "Do you have any {plain} left?", "I came to buy {item}.",
    "Could I get {item} from you?", "Can you make {plain}?", "Would you have {item} to spare?",
    "I will have {item}, please.",
    "I want to buy {item}.", "I would like {item}, please.", "Can I buy {item}?", "Do you sell {plain}?", "I need {item}.",
    "Can I get {item}?", "Give me {item}.", "Do you have {item}?", "Do you have {plain} for sale?", "I am looking for {item}.",
    "How much for {item}?", "How much is {item}?", "What does {item} cost?", "What is the price of {item}?", "Sell me {item}.",
    "I will take {item}.", "Got any {plain}?", "I could use {item}.", "{Item}, please.", "Could I have {item}?",
    "Where can I buy {item}?", "Who sells {plain}?", "Where do I get {item}?", "I would like to buy {item} from you.", "Can you sell me {item}?",
]
BUY_REPLIES = ["[{Item}? That is|{Item} will be|For {item} I ask] {price} gold. {remark}.", "I have {item} for {price} gold. {remark}."]
BUY_ELSEWHERE_REPLIES = ["I do not sell that. You can get {item} {seller_place}.", "[I have none|You will not find that here], friend. [Look for {item}|You can get {item}] {seller_place}."]
BUY_FOLLOW = {
    "take": (
        ["Alright, give it to me.", "I will pay that.", "Very well, I will buy it.", "Fine, I will take it.", "Yes please.", "Good, I want to buy it.", "That is a fair price. I will take it.", "Give it to me.", "Okay, sold.", "Agreed.", "I will take it.", "Deal.", "I will buy it.", "Here is the gold.", "Sold.", "Okay, I will take it.", "Good, here is your money.", "I want it.", "Yes, I will have it.", "Here you go.", "Take my gold."],
        ["[A pleasure|Thank you, friend]. That is {price} gold, and here [you are|is your {noun}]. [Use it well.|]"],
    ),
    "price": (
        ["How much gold do you want?", "What do I owe you?", "How much would that be?", "How much does it cost?", "And what does it cost?", "How expensive is it?", "How much is it?", "What does it cost?", "How much?", "What is the price?", "How much gold?", "And the price?", "How much do I owe you?"],
        ["It is {price} gold, [friend|and worth every coin].", "{price} gold, [and not a coin less|and it is yours]."],
    ),
    "cheaper": (
        ["That is a lot of money.", "Any discount?", "Can I get a discount?", "Can I have it for less?", "That is expensive.", "Could you lower the price?", "Is there a better price?", "What a price!", "I cannot afford that.", "That is too expensive.", "Can you make it cheaper?", "Too much.", "Would you take less?", "I only have a few coins.", "Give me a discount.", "Can you go lower?"],
        ["[I cannot go lower|The price stays], friend. {price} gold is fair.", "{price} gold is my price, [and I have to eat too|and it is a good one]."],
    ),
    "quality": (
        ["Is it good quality?", "Does it work?", "What makes it special?", "Is it strong?", "Why should I buy it?", "Is it any good?", "Is it good?", "What is it like?", "Tell me more about it.", "What can you tell me about it?", "Is it worth it?", "Are you sure that it works?"],
        ["{remark}. [You will not find better in {town}.|You will not be sorry.]"],
    ),
    "pass": (
        ["No, thank you.", "I do not need it.", "It is too much, I will leave it.", "I will come back later.", "Maybe later.", "No thanks.", "Not today.", "I will think about it.", "Maybe another time.", "I changed my mind.", "Never mind.", "I do not want it."],
        ["[As you wish|No matter], friend. It will be here if you change your mind."],
    ),
}
ELSEWHERE_FOLLOW = {
    "why": (
        ["Why not?", "Why do you not sell it?", "Are you sure?", "Not even one?"],
        ["I am the {role}, friend. You will find that {seller_place}."],
    ),
    "thanks": (["Okay, thanks.", "I will try there.", "Good to know.", "Alright, I will look there."], ["[Good luck|You are welcome], friend."]),
}

SELL_LINES = [
    "Would you buy {item} [off|from] me?", "Could I sell you {item}?", "I brought {item}. What will you pay?",
    "Are you interested in {item}?", "What is {item} worth?", "I have {plain} for you.",
    "How much gold do I get for {item}?", "Do you want {item}?", "Take a look at this: {item}.",
    "I need to get rid of {item}.", "Are you buying {plain}?", "I picked up {item}. Any use to you?",
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
    "Have you got [a job|work|a quest|a task] for me?", "Do you have a job for me?",
    "Is there [a job|any work|a task|a quest] that needs doing?", "Is there something you need?",
    "Is there something I can help you with?", "Is there something that I can do for you?", "I want a quest.",
    "I want work.", "I would like to help.", "I can help you, if you need me.",
    "I am looking for a [job|quest|task|challenge].", "Got [work|a quest|something] for me?",
    "Could you use a hand?", "Do you need somebody for a job?",
    "Do you have work for [me|an adventurer|a fighter|a hero|a soldier]?", "Do you need anything done?",
    "What needs to be done?", "Any problems I can solve?", "Do you have any trouble I could help with?",
    "Put me to work.", "I am for hire.", "Are you in need of help?", "What troubles you?", "May I be of service?",
    "Any tasks?", "Anything I can do to help?", "Do you have something for me to do?",
    "Do you have any work for me?", "Do you have a quest for me?", "I am looking for work.", "Any quests?", "Is there anything I can do for you?",
    "Do you need help with anything?", "Do you need any help?", "Can I help you?", "Got any jobs?", "I am looking for adventure.", "Is there a job for me?",
    "Do you have a task for me?", "I need a quest.", "Give me a quest.", "How can I help?", "I want to help you.", "Is something troubling you?",
    "What can I do for you?", "Have you any errands for me?", "I am an adventurer looking for work.", "Is anything wrong?", "Any work for a sword?",
    "Do you need a hero?", "Is there any trouble around here?", "Can I do something for you?",
]
QUEST_REPLIES = ["[There is something.|You come at the right time.|As it happens, yes.] {ask}.", "[Yes, there is.|Perhaps you can help.] {ask}. {why}."]
QUEST_FOLLOW = {
    "reward": (
        ["What would I get for it?", "What is the pay?", "Is there something in it for me?", "What do you offer?", "How much do you pay?", "What would you give me?", "What will I get in return?", "Do you pay well?", "What is the reward?", "What do I get?", "How much will you pay?", "What is in it for me?", "Is there a reward?", "What will you pay me?", "How much gold?", "And the pay?", "Will I be paid?"],
        ["I will give you {reward}.", "Your reward is {reward}. [I keep my word.|]"],
    ),
    "where": (
        ["Where is it?", "Where do I have to go?", "Where should I go?", "And where is that?", "Where should I start looking?", "How do I get there?", "Where do I go?", "Where should I look?", "Where is that?", "Where do I start?", "Where can I find it?", "Which way?", "Where should I begin?", "Where do I find them?"],
        ["{where}.", "{where}. [Be careful.|Good luck.]"],
    ),
    "why": (
        ["How did that happen?", "Why do you need it?", "What is the story behind it?", "Can you say more?", "What is the matter?", "I want to know more.", "Why?", "Why do you need that?", "Tell me more.", "What happened?", "Why does it matter?", "Why is it so important?", "Why me?", "Can you tell me more about it?"],
        ["{why}. [Will you help me?|That is why I ask.]"],
    ),
    "accept": (
        ["Okay, I will do it.", "I will take care of it.", "I would be glad to help.", "You have my word.", "I will go at once.", "Deal, I will do it.", "Fine, I will do it.", "I am your man.", "Of course I will help.", "I shall do it.", "Sounds good, I will do it.", "I will take the job.", "I will do it.", "I accept.", "Count me in.", "You can count on me.", "I will help you.", "Consider it done.", "Sure, I will help.", "Alright, I will do it.", "Yes, I will help.", "Leave it to me.", "I am on it."],
        ["[Thank you|Bless you], traveller! {where}.", "[Thank you|I knew I could count on you]. {where}, and your reward is {reward}."],
    ),
    "refuse": (
        ["No way.", "I do not want to.", "I have no time.", "Do it yourself.", "I must refuse.", "No, sorry.", "I cannot do that.", "No, I am busy.", "I cannot help you.", "Not interested.", "Maybe later.", "Find somebody else.", "No, thank you.", "That sounds too dangerous.", "I would rather not.", "That is not for me."],
        ["I understand. [Come back if you change your mind.|I will ask somebody else.]"],
    ),
    "done": (
        ["I finished it.", "I am back. It is done.", "Mission accomplished.", "Your problem is solved.", "I have done what you asked.", "The quest is complete.", "It is done.", "I have finished the quest.", "I did it.", "I am back, and the job is done.", "The work is done.", "I took care of it.", "I completed the task.", "All done."],
        ["[Wonderful!|You have done it!] Here is your reward: {reward}.", "[I am in your debt.|Thank you, hero.] As promised, {reward}."],
    ),
}

RUMOUR_LINES = [
    "Did you hear [anything new|any news|any rumours]?", "What is the latest [news|rumour|gossip]?",
    "Do you have any news?", "Got any [news|rumours|gossip]?",
    "Any interesting [news|rumours|stories] [lately|today]?",
    "Have you heard [the news|something interesting|any gossip]?", "What [rumours|news] do you have?",
    "What rumours have you heard?", "What do people say [these days|in the inn|lately]?",
    "What do they talk about in {town}?", "Is there any gossip?", "Tell me some gossip.",
    "Share the latest rumours.", "I am curious about the rumours.", "Has anything happened lately?",
    "What has been going on [here|lately|in {town}]?", "What is happening [here|these days]?",
    "Is something going on?", "Anything new?", "Heard any [news|secrets|tales] from travellers?",
    "Have you heard any rumours?", "Any news?", "What is new?", "Any rumours?", "Heard anything interesting?", "What is the news?", "What are people talking about?",
    "Do you know any gossip?", "Any gossip?", "What have you heard lately?", "Tell me a rumour.", "What is going on around here?", "What is happening in {town}?",
    "Anything strange happening?", "Have you heard anything strange?", "Do you know any secrets?", "Tell me the latest news.", "What do the travellers say?", "Is there any news from the road?", "What is the word on the street?",
]
RUMOUR_REPLIES = ["{rumour}."]
RUMOUR_FOLLOW = {
    "more": (
        ["Can you tell me more?", "What more do you know?", "Oh really?", "Tell me more about that.", "Is it true?", "Why is that?", "And then?", "That is strange.", "I do not believe it.", "What does that mean?", "Tell me more.", "What else do you know?", "Go on.", "Really?", "How do you know?", "Is that true?", "Are you sure?", "What happened?", "Do you believe that?", "Interesting. What else?", "Why?"],
        ["{detail}. [That is all I know.|I would stay away, if I were you.|Believe it or not.]"],
    ),
    "told": (["How did you hear about that?", "Who have you heard that from?", "Who told you that?", "Where did you hear that?", "Who says so?", "Who saw it?"], ["A traveller told me, [over a mug of ale|and he looked honest]. {detail}."]),
}

MONSTER_LINES = {
    "about": [
        "Do you know anything about {monsters}?", "What is {a_monster}?", "What exactly are {monsters}?",
        "Do you have trouble with {monsters}?", "Are there {monsters} around here?", "Did you see {a_monster}?",
        "Have you heard of the {monster}?", "Should I fear the {monsters}?", "I saw {a_monster}!",
        "Warn me about the {monsters}.", "How dangerous is {a_monster}?", "Tell me everything about {monsters}.",
        "I was told about {monsters}.",
        "Tell me about the {monster}.", "What do you know about {monsters}?", "What can you tell me about the {monster}?", "Have you seen the {monster}?", "Is there {a_monster} near here?",
        "Are there {monsters} here?", "I am afraid of the {monster}.", "Is it true about the {monster}?", "Are {monsters} dangerous?", "What about the {monsters}?", "I heard there are {monsters} nearby.", "Have you ever seen {a_monster}?",
        "Is {a_monster} dangerous?", "What are {monsters} like?",
    ],
    "home": [
        "Where do {monsters} hide?", "Where do I find the {monster}?", "Where is the {monster} hiding?",
        "Where are the {monsters}?", "Where can I hunt {monsters}?", "Where do {monsters} come from?",
        "In which place do the {monsters} live?", "Do you know where the {monsters} are?",
        "Can you tell me where to find {monsters}?", "Where is the den of the {monsters}?",
        "I am looking for the {monster}.", "Where should I go to find {monsters}?",
        "Where is the {monster}?", "Where can I find {monsters}?", "Where do the {monsters} live?", "Where does the {monster} live?", "Where is the lair of the {monster}?", "I am hunting {monsters}. Where are they?", "Which way to the {monster}?", "Where should I look for {monster}?",
    ],
    "weakness": [
        "How do you kill {a_monster}?", "How can I kill {a_monster}?", "What is the best way to fight {monsters}?",
        "What is the best way to kill {a_monster}?", "What kills {a_monster}?", "What works against {monsters}?",
        "What hurts {a_monster}?", "What are {monsters} weak to?", "Does the {monster} have a weakness?",
        "How do I protect myself from {monsters}?", "How do I defend myself against {monsters}?",
        "What weapon should I bring against {a_monster}?", "Which weapon is good against {monsters}?",
        "What do I do if I meet {a_monster}?", "Is there a trick to beat the {monster}?",
        "Help me defeat the {monster}.",
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
    "home": (["Where can I find it?", "Where do they hide?", "Where are they now?", "Where do I find them?", "Where are they?", "Where do they live?", "Where can I find them?", "Where is it?", "Where is its lair?"], MONSTER_REPLIES["home"]),
    "weakness": (["How can I kill them?", "How do I beat it?", "How do I defeat them?", "What works against them?", "How can I protect myself?", "What kills them?", "Any advice on fighting them?", "How do I kill it?", "How do I fight them?", "Do they have a weakness?", "What should I do if I meet one?", "How can I beat them?", "What are they afraid of?"], MONSTER_REPLIES["weakness"]),
    "about": (["How dangerous are they?", "What do you know about them?", "Are they strong?", "Can you tell me more?", "Are they dangerous?", "Tell me more.", "What are they like?", "How bad is it?", "Should I be afraid?"], ["{nature}."]),
}

ROUTE_LINES = [
    "How can I get to {goal}?", "How do I reach {goal}?", "How do I go to {goal} from here?",
    "What is the way to {goal}?", "Where does the road to {goal} start?", "Can you tell me how to get to {goal}?",
    "Could you show me the way to {goal}?", "I am looking for {goal}.", "I am on my way to {goal}.",
    "Which road leads to {goal}?", "How long is the journey to {goal}?", "How many days to {goal}?",
    "Is it far to {goal}?", "Where would I find {goal}?", "I have to be in {goal} soon.", "Is {goal} near here?",
    "How do I get to {goal}?", "Which way to {goal}?", "Where is {goal}?", "I am going to {goal}.", "How far is {goal}?", "What is the road to {goal}?", "I want to go to {goal}.",
    "Do you know the way to {goal}?", "Can you tell me the way to {goal}?", "I need to reach {goal}.", "How do I travel to {goal}?", "What is the fastest way to {goal}?", "Point me to {goal}.",
]
ROUTE_REPLIES = ["To reach {goal}, {way}.", "{goal}? [Then|Just] {way}."]
ROUTE_SAME_REPLIES = ["You are already in {goal}, traveller!", "This is {goal}. You have arrived."]
ROUTE_UNKNOWN_REPLIES = ["{goal}? [It is far from here.|That is a long way.] Ask the merchants, for they know every road."]
TOWN_LINES = [
    "What can you tell me about {goal}?", "What sort of place is {goal}?", "Describe {goal} to me.",
    "Do you know {goal}?", "I have heard of {goal}. What is it like?", "Is {goal} a nice town?",
    "What should I know about {goal}?",
    "Tell me about {goal}.", "What is {goal} like?", "What do you know about {goal}?", "Have you been to {goal}?", "Is {goal} worth a visit?", "What is there in {goal}?",
]
TOWN_REPLIES = ["{goal} is {about}."]
ROUTE_FOLLOW = {
    "about": (["What kind of place is it?", "Do you like it there?", "What is it like?", "What is there?", "Is it a nice town?", "Tell me about it."], TOWN_REPLIES),
    "safe": (["Is the way safe?", "Are there dangers on the way?", "Is it a safe road?", "Is the road safe?", "Is it dangerous?", "Will I be safe?", "Anything I should watch out for?"], ["Safe enough by day. [At night the road belongs to wolves and bandits.|Do not camp near the ruined fort.]"]),
    "way": (["Can you tell me the way?", "How can I get there?", "Where is it?", "How do I reach it?", "How do I get there?", "Which way is it?", "How far is it?", "What road do I take?"], ["To reach {goal}, {way}."]),
}

PERSON_LINES = [
    "What do you know about {person}?", "Who is this {person}?", "What can you tell me about {person}?",
    "Does {person} live here?", "Where does {person} live?", "I need to speak with {person}.", "Is {person} here?",
    "I have a letter for {person}.", "Somebody told me to ask for {person}.",
    "Who is {person}?", "Do you know {person}?", "Where can I find {person}?", "I am looking for {person}.", "Tell me about {person}.", "Where is {person}?", "Have you seen {person}?", "What do you think of {person}?",
]
PERSON_REPLIES = ["{person} is the {person_role} of {person_town}. [A good soul.|Everyone knows {person}.|]", "{person}? That is the {person_role} of {person_town}."]
PERSON_UNKNOWN_REPLIES = ["I know nobody called {person}. [Ask at the inn.|Is it a friend of yours?]"]

TRADE_PERSON_LINES = ["Who is the {trade} here?", "Do you know a {trade}?", "Is there a {trade} in {town}?", "I need a {trade}.", "I am looking for a {trade}.", "Where can I find a {trade}?", "What is the name of the {trade}?", "Do you know the {trade}?", "Who works as the {trade} here?"]
TRADE_PERSON_REPLIES = ["That would be {person}, the {trade} of {town}.", "You are looking for {person}, our {trade}."]
TRADE_SELF_REPLIES = ["You are speaking to the {trade}, friend. [What do you need?|I am {name}.]"]
TRADE_UNKNOWN_REPLIES = ["[I am not sure|I could not say], friend. [Ask at the market.|Try asking at the inn.]"]

WEAPON_LINES = [
    "What weapon do you suggest?", "Which weapon would you choose?", "Which weapon should I buy?",
    "What is a good weapon for [me|a beginner|a hero]?", "Help me choose a weapon.", "What gear do I need?",
    "What equipment should I take?", "What should I carry into battle?", "Axe or sword?",
    "What is better, a [spear|bow|hammer] or a sword?", "What weapon do you use?", "How should I arm myself?",
    "What weapon should I use?", "Which weapon is best?", "What is the best weapon?", "Should I use a sword or an axe?", "What kind of weapon do you recommend?", "I need a good weapon.", "What armour should I wear?", "I need a weapon.",
    "Can you recommend a weapon?", "Is a bow better than a sword?", "What should I fight with?", "How do I choose a sword?", "Sword or bow?", "What do I need for an adventure?",
]
WEAPON_REPLIES = [
    "A spear for a beginner, a sword for a soldier, [and good boots for both|and a bow for the patient].",
    "[Take a sword|Choose a sword] if you are quick, and a hammer if you are strong. [The blacksmith can help you.|]",
]
WEAPON_BLACKSMITH_REPLIES = ["A sword is 40 gold and an axe is 30. [For bones, take a hammer.|For a beginner, I would choose the spear.]"]

NAME_MEMORY_LINES = [
    "Do you still know my name?", "Tell me my name.", "Have you forgotten my name?", "Say my name.",
    "What did I tell you my name was?", "What is my name again?",
    "What is my name?", "Do you remember my name?", "Do you know who I am?", "Who am I?", "Do you remember me?", "What did I say my name was?",
]
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

# Lines that ask for one thing in words that do not name it, or name it in passing.
ITEM_LINES = {
    "a room": ["Do you have a room [for tonight|left|available]?", "I would like to stay the night.", "I need a bed for the night.", "Can I sleep here?", "Is there a free room?", "Any rooms free?", "I want to rent a room.", "I need a room for [tonight|the night|two nights].", "How much is a room for the night?", "How much for a bed?", "A bed for the night, please.", "Do you rent rooms?", "Are there any beds left?"],
    "some ale": ["A beer, please.", "Pour me a drink.", "I would like a [mug|glass|pint] of ale.", "One ale.", "Bring me a beer.", "How much is a beer?", "What does a pint cost?", "An ale for me."],
    "some stew": ["I want something warm to eat.", "A bowl of stew, please.", "How much is the stew?", "A hot meal, please.", "Bring me your stew.", "I would like to eat stew."],
    "some wine": ["A glass of wine, please.", "Do you have any good wine?", "Pour me some wine.", "How much is a cup of wine?"],
    "some bread": ["A loaf of bread, please.", "I would like bread.", "How much is a loaf of bread?", "Just bread for me."],
    "a healing potion": ["I need something for my wounds.", "Do you have any potions?", "I need a potion.", "How much for a potion?", "Give me a potion.", "One potion, please.", "Do you brew potions?", "I want three healing potions."],
    "an antidote": ["I need something against poison.", "Do you have a cure for poison?", "What helps against snake bites?", "A cure for poison, please."],
    "some herbs": ["Do you sell healing herbs?", "I need fresh herbs.", "A bundle of herbs, please."],
    "a sword": ["My sword broke. Can I get a new one?", "I need a blade.", "Sell me a good blade.", "I lost my sword in battle.", "Do you have blades?", "I want a strong sword.", "A sharp sword, please."],
    "some armour": ["I need better armour.", "Do you make armour?", "How much is a suit of armour?", "I want to buy chain mail.", "I need protection for my body."],
    "a helmet": ["I need something for my head.", "Do you forge helmets?", "A strong helmet, please."],
    "a shield": ["How much for that shield?", "I need a strong shield.", "Would you make a shield for me?"],
    "some arrows": ["I am out of arrows.", "I need arrows for my bow.", "Twenty arrows, please.", "My quiver is empty."],
    "a bow": ["Do you make bows?", "I need a bow for hunting.", "I want a good hunting bow."],
    "a map": ["Do you have a map of this land?", "I need a map of the roads.", "A map of the region, please.", "I would like a map so that I do not get lost."],
    "a torch": ["I need a light for the cave.", "Do you have anything to light the dark?"],
    "a boat ride": ["How much is the ferry?", "What does a crossing cost?", "How much to cross the lake?", "How much do you charge for the crossing?"],
    "some boots": ["My boots have holes.", "I need new shoes.", "I want a pair of boots."],
    "a cloak": ["I am cold. I need a cloak.", "Do you have warm clothes?", "I want a warm cloak."],
    "some lockpicks": ["I need to open a lock.", "Do you have tools for locks?", "I need lockpicks.", "A few lockpicks, please."],
    "a spell scroll": ["I want to buy a spell.", "Do you sell spells?", "How much for a spell?", "A scroll, please.", "What is a scroll worth?"],
    "an amulet": ["Do you have blessed amulets?", "I want a holy amulet."],
    "some cheese": ["A wheel of cheese, please.", "Do you make cheese?"],
    "some apples": ["Are your apples sweet?", "A basket of apples, please.", "I would like a few apples."],
    "some eggs": ["A dozen eggs, please.", "Are your eggs fresh?"],
}

OPENERS = [
    "hey,", "um,", "so,", "excuse me,", "hi,", "well,", "please,", "hello,", "ok,", "tell me,", "listen,", "hmm,", "and", "but",
    "alright,", "oh,", "hm,", "sir,", "friend,", "right,", "say,", "pardon me,", "good day,",
]
CLOSERS = [
    ", please", ", friend", ", my friend", ", sir", " now", " then", ", good sir", ", stranger", " today", " here", " around here",
    ", if I may ask", ", if you do not mind", " these days", ", by the way", ", {name}", ", {role}",
]
# Whole sentences that players put before or after what they want.
BEFORE = [
    "I am new here.", "I just arrived in town.", "I have come a long way.", "I hope you can help me.", "Sorry to bother you.", "It is me again.",
    "One more thing.", "Another question.", "Hello {name}.", "Good morning, {name}!", "Hi there!", "Greetings, {role}.", "I was told to ask you.",
    "My mother sent me.", "I have been walking all day.", "Nice place.", "I have a question.", "Okay.", "I see.", "Good evening!", "Great.",
    "I am on an adventure.", "I am a traveller.", "My horse is tired.", "I have little time.", "Thank you.", "Hello!", "They say you know everything.",
]
AFTER = ["I am in a hurry.", "It is important.", "I can pay.", "I hope you know.", "I need to know.", "My friends are waiting.", "Please tell me.", "I have gold.", "Be honest.", "Quickly!"]
