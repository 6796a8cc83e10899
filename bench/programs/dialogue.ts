import { setTimeout as wait } from 'node:timers/promises';
import type { Script } from '../../src/simulator/answer.js';
import { type Tool, tool } from '../../src/tool.js';

/** What a turn asks for. */
export type TurnKind = 'talk' | 'weather' | 'calculation' | 'reminder' | 'music';

/** A turn of the user, and how it is to be answered. */
export interface DialogueTurn {
  readonly kind: TurnKind;
  readonly said: string;
  /** What the assistant is to say, word for word. */
  readonly answer: string;
  /** The tool that says it, and what the model calls it with. */
  readonly call?: { readonly name: string; readonly arguments: Readonly<Record<string, string>> };
}

const text = { type: 'string' };

/** What a service somewhere takes, in milliseconds; a calculation takes nothing. */
const works = { weather: 250, reminder: 120, music: 400 } as const;

const product = (expression: string): string => {
  const [a = 0, b = 0] = expression.split('*').map(Number);
  return `${a} times ${b} is ${a * b}.`;
};

/** They do what they say, and take the time that such things take. */
export const tools: readonly Tool[] = [
  tool({
    name: 'get_weather',
    description: 'Weather forecast for a city: rain, temperature, wind',
    parameters: { type: 'object', properties: { city: text } },
    run: ({ city }) => wait(works.weather, `Clear in ${String(city)}.`),
  }),
  tool({
    name: 'calculate',
    description: 'Calculate with numbers: multiply',
    parameters: { type: 'object', properties: { expression: text } },
    run: ({ expression }) => product(String(expression)),
  }),
  tool({
    name: 'set_reminder',
    description: 'Set a reminder or an alarm',
    parameters: { type: 'object', properties: { subject: text } },
    run: ({ subject }) => wait(works.reminder, `Noted: ${String(subject)}.`),
  }),
  tool({
    name: 'play_music',
    description: 'Play music: a song, an artist',
    parameters: { type: 'object', properties: { song: text } },
    run: ({ song }) => wait(works.music, `Here is ${String(song)}.`),
  }),
];

const replies = ['I see.', 'Of course.', 'How nice.', 'Tell me more.'];

const answers = {
  weather: (city: string): Partial<DialogueTurn> => ({
    answer: `Clear in ${city}.`,
    call: { name: 'get_weather', arguments: { city } },
  }),
  calculation: (expression: string): Partial<DialogueTurn> => ({
    answer: product(expression),
    call: { name: 'calculate', arguments: { expression } },
  }),
  reminder: (subject: string): Partial<DialogueTurn> => ({
    answer: `Noted: ${subject}.`,
    call: { name: 'set_reminder', arguments: { subject } },
  }),
  music: (song: string): Partial<DialogueTurn> => ({
    answer: `Here is ${song}.`,
    call: { name: 'play_music', arguments: { song } },
  }),
} satisfies Record<Exclude<TurnKind, 'talk'>, (about: string) => Partial<DialogueTurn>>;

/** One turn a line; where it takes a tool, which one and what about. */
const lines = `
How are you?
What's the weather in Tokyo? | weather Tokyo
Calculate 23 times 45. | calculation 23*45
Thanks, that helps.
And in Kyoto? | weather Kyoto
I was there once, long ago.
My sister lives near the sea.
It was very warm when we met.
Remind me to call her tonight. | reminder call her
She always forgets what time it is here.
Do you have a favourite colour?
Mine is green, like the garden.
Play some jazz music. | music some jazz
Oh, I love this one.
My father had the record.
Will it rain in Boston tomorrow? | weather Boston
And in Chicago? | weather Chicago
I have to fly there next week.
I am not fond of airports.
What is 12 times 12? | calculation 12*12
And 13 times 13? | calculation 13*13
I was never good at school.
My teacher was patient, though.
Tell me something nice.
You are funny.
Set a reminder to buy milk. | reminder buy milk
We drink far too much coffee.
Do you ever sleep?
I could not sleep last night.
The neighbours had a party.
Can you play something by Bach? | music Bach
That is much better.
My mother played the piano.
How windy is it in Lisbon? | weather Lisbon
I might go there in spring.
Have you heard of the old tram?
It climbs all the hills.
Multiply 17 by 19. | calculation 17*19
So that is what we would pay.
It is more than I thought.
And 17 times 21? | calculation 17*21
Then we take the smaller one.
My husband will be glad.
Remind me to book the hotel. | reminder book the hotel
Is there wind in Porto? | weather Porto
Good morning again.
I went for a walk.
What's the temperature in Oslo? | weather Oslo
I would need my big coat.
And in Madrid? | weather Madrid
That sounds more like me.
Do you like travelling?
I suppose you cannot.
Calculate 8 times 125. | calculation 8*125
A round number, how lovely.
Who taught you all this?
I used to teach, too.
Children ask the best questions.
Put on a song by Nina Simone. | music Nina Simone
What a voice she had.
Set an alarm for six. | reminder six
It was a long time ago.
Set an alarm for the cake. | reminder the cake
It smells good already.
I hope it is not burnt.
What is 6 times 7? | calculation 6*7
That one I knew.
Set an alarm for noon. | reminder noon
Is it going to rain in London? | weather London
And in Leeds? | weather Leeds
And in Dublin? | weather Dublin
My cousin lives there.
He has three dogs.
What is 3 times 14? | calculation 3*14
How much is 31 times 9? | calculation 31*9
We share it between us.
Never mind, it is fine.
Remind me to feed the cat. | reminder feed the cat
She is looking at me now.
Play some blues music. | music some blues
Stop me if I talk too much.
Play the song Blue Moon. | music Blue Moon
We danced to that one.
I remember the dress.
What's the forecast for Rome? | weather Rome
I would love to see it once.
Calculate 48 times 52. | calculation 48*52
And 49 times 51? | calculation 49*51
Isn't that curious?
Numbers are like old friends.
Set a reminder to water the plants. | reminder water the plants
Will it rain in Cork this week? | weather Cork
Is it raining in Paris? | weather Paris
I would rather be there.
What is 99 times 11? | calculation 99*11
You are good at this.
Play some quiet music. | music quiet music
That is just right.
I think I will sleep now.
Good night, and thank you.
`;

const turnOf = (line: string, index: number): DialogueTurn => {
  const [said = '', task = ''] = line.split(' | ');
  const talk: DialogueTurn = { kind: 'talk', said, answer: replies[index % replies.length] ?? '' };
  if (task === '') return talk;
  const space = task.indexOf(' ');
  const kind = task.slice(0, space) as Exclude<TurnKind, 'talk'>;
  return { ...talk, kind, ...answers[kind](task.slice(space + 1)) };
};

/** A hundred turns as people talk: most of them small talk, some that take a tool, a few that make sense only after the one before. */
export const dialogue: readonly DialogueTurn[] = lines.trim().split('\n').map(turnOf);

/** The same as the simulator is told it; what follows a call is what the tool has said. */
export const script: Script = dialogue.map(({ said, answer, call }) =>
  call ? { transcript: said, toolCall: call, delayMs: 0 } : { transcript: said, text: answer, delayMs: 0 },
);
