import type { Utterance } from './utterances.js';

/*
 * Written by somebody who had seen neither the rule nor the other list, but for its first seven sentences and two of the tools.
 * Never tune the rule on these, and do not change them to suit it: what it misses here, it misses.
 */

type Row = readonly [text: string, needsTool: boolean];

const english: readonly Row[] = [
  // get_weather
  ['Is it gonna be freezing in Denver this weekend?', true],
  ['What should I wear to the game tonight, is it cold out?', true],
  ['And what about Manchester on Sunday?', true],
  ['Can I hang the laundry out or is it going to pour?', true],
  // calculate
  ["What's eighteen percent tip on a sixty-four dollar bill?", true],
  ['Okay, split two hundred and thirty between seven people.', true],
  ['How much is 1,250 divided by 16?', true],
  // play_music
  ['Put on some Nina Simone, would you?', true],
  ['Something mellow for dinner, please.', true],
  ['I wanna hear that new Billie Eilish album.', true],
  ['Turn on Rumours, the whole thing from the top.', true],
  // set_reminder
  ['Wake me up at quarter to six.', true],
  ["Don't let me forget to call the dentist on Thursday.", true],
  ['Ten minutes for the pasta, starting now.', true],
  ['Can you remind me to move the car before eight?', true],
  // send_message
  ["Text my sister that I'm running late.", true],
  ["Let Marcus know the meeting's been pushed to three.", true],
  ['Shoot Priya an email saying the contract is signed.', true],
  ['Tell my mom happy birthday from me.', true],
  // order_status
  ["Where's my package? It was supposed to be here Monday.", true],
  ['Has order 88213 shipped yet?', true],
  ["Um, those shoes I bought last week, any idea when they'll show up?", true],
  // none
  ['Hey, good morning! Did you sleep well?', false],
  ['We got absolutely soaked at the wedding, it rained the whole day.', false],
  ['No music, please, the baby just fell asleep.', false],
  ["What does 'under the weather' mean?", false],
  ["Why do people say it's raining cats and dogs?", false],
  ['My brother sent me the funniest message last night.', false],
  ['Do you think email is going to die out?', false],
  ['I used to play the trumpet in high school.', false],
  ["Thanks, that's perfect.", false],
  ['No, I meant my cousin, not my uncle.', false],
  ['Who do you think was better, the Beatles or the Stones?', false],
  ['I was terrible at math when I was a kid.', false],
  ["You don't have to remind me, I've already done it.", false],
  ["Never mind, I'll text her myself.", false],
  ['How do noise-canceling headphones work?', false],
  ['The alarm went off at four this morning and the whole building had to go outside.', false],
  ["What's a good name for a puppy?", false],
  ['That song always makes me cry.', false],
  ['I finally got my package yesterday, and it was the wrong color.', false],
  ['Have you ever seen snow?', false],
  ["What's the difference between a typhoon and a hurricane?", false],
  ['Ugh, Mondays.', false],
  ['Give me your honest opinion, is pineapple on pizza a crime?', false],
  ["I'd give that movie a hundred percent, honestly.", false],
  ['Wait, stop, let me think for a second.', false],
  ["Order in the court, that's what my grandpa used to yell at us.", false],
  ['Can you explain how percentages work, like to a ten-year-old?', false],
  ['Tell me a story about a lighthouse keeper who loved storms.', false],
];

const spanish: readonly Row[] = [
  // get_weather
  ['¿Va a hacer calor mañana en Sevilla?', true],
  ['Oye, ¿me llevo chaqueta o no hace falta?', true],
  ['¿Y en Bilbao el domingo?', true],
  ['Mira a ver si nieva en la sierra el finde.', true],
  // calculate
  ['¿Cuánto es el veintiuno por ciento de trescientos cuarenta?', true],
  ['Súmame ciento doce y ochenta y nueve.', true],
  ['Si somos seis y la cuenta son ciento cincuenta euros, ¿a cuánto tocamos?', true],
  // play_music
  ['Ponme algo de Rosalía.', true],
  ['Quiero escuchar el último disco de Jorge Drexler.', true],
  ['Venga, algo movidito para limpiar la casa.', true],
  ['¿Me pones esa de Mecano, la de la fuerza del destino?', true],
  // set_reminder
  ['Despiértame a las siete y media, porfa.', true],
  ['Que no se me olvide comprar pan esta tarde.', true],
  ['Avísame en veinte minutos, que tengo el horno puesto.', true],
  ['Acuérdame mañana de pagar la luz.', true],
  // send_message
  ['Dile a Marta que llego en diez minutos.', true],
  ['Mándale un correo a Luis y le dices que mañana no voy.', true],
  ['Escríbele a mi papá que ya llegué bien.', true],
  // order_status
  ['¿Por dónde va mi pedido?', true],
  ['¿Ya salió el paquete que encargué el martes?', true],
  ['Todavía no me llega la cafetera, ¿sabes cuándo viene?', true],
  // none
  ['Hola, ¿qué tal va el día?', false],
  ['Ayer nos pilló un chaparrón en la playa, qué risa.', false],
  ['No pongas nada, que me duele la cabeza.', false],
  ["¿Qué quiere decir 'al mal tiempo, buena cara'?", false],
  ['¿Por qué el cielo es azul?', false],
  ['Mi abuela cantaba boleros mientras cocinaba.', false],
  ['Muchas gracias, eres un sol.', false],
  ['No, no, decía mi prima, no mi hermana.', false],
  ['¿A ti qué te parece el reguetón?', false],
  ['Se me daban fatal las matemáticas en el colegio.', false],
  ['Déjalo, ya la llamo yo luego.', false],
  ['Ana me dejó un mensaje larguísimo, de esos de ocho minutos.', false],
  ['No hace falta que me lo recuerdes, ya lo hice.', false],
  ['¿Cuál es la diferencia entre tormenta y tempestad?', false],
  ['Cuéntame un cuento de un dragón que tenía miedo a la lluvia.', false],
  ['Qué rollo de lunes, de verdad.', false],
  ['Hace mucho tiempo que no veo a mis primos.', false],
  ['La canción del verano de este año es malísima.', false],
  ['¿Tú crees que la gente todavía manda cartas?', false],
  ['El paquete me llegó ayer, por fin, y venía roto.', false],
  ['Perdona, me he equivocado, olvídalo.', false],
  ["¿Cómo se dice 'despertador' en italiano?", false],
  ['Estoy cien por cien de acuerdo contigo.', false],
  ['Espera, espera, que lo pienso.', false],
  ['Mi hijo está aprendiendo a tocar el violín y los vecinos nos odian.', false],
  ['¿Qué me aconsejas para dormir mejor?', false],
  ['Anoche sonó la alarma del coche del vecino hasta las tres.', false],
  ['En mi pueblo, cuando nevaba, no había clase.', false],
  ['Explícame qué es un tanto por ciento, pero fácil.', false],
];

const inLanguage =
  (language: Utterance['language']) =>
  ([text, needsTool]: Row): Utterance => ({ text, language, needsTool });

export const blind: readonly Utterance[] = [...english.map(inLanguage('en')), ...spanish.map(inLanguage('es'))];
