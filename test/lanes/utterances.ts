import { type Tool, tool } from '../../src/tool.js';

/** Something said to an assistant that has the tools below. */
export interface Utterance {
  readonly text: string;
  readonly language: 'en' | 'es';
  /** Whether answering it well takes one of the tools. */
  readonly needsTool: boolean;
}

const text = { type: 'string' };
const declare = (name: string, description: string, ...parameters: readonly string[]): Tool =>
  tool({
    name,
    description,
    parameters: { type: 'object', properties: Object.fromEntries(parameters.map((parameter) => [parameter, text])) },
    run: () => undefined,
  });

/** Declared in both of the languages that are spoken, as an assistant for both would. */
export const tools: readonly Tool[] = [
  declare(
    'get_weather',
    'Weather forecast for a city: rain, temperature, wind, snow. Pronóstico del tiempo de una ciudad: lluvia, temperatura, viento, nieve.',
    'city',
  ),
  declare(
    'calculate',
    'Calculate with numbers: add, subtract, multiply, divide, percent. Calcular con números: sumar, restar, multiplicar, dividir, porcentaje.',
    'expression',
  ),
  declare('play_music', 'Play music: a song, an album, an artist. Poner música: una canción, un disco, un artista.', 'song'),
  declare(
    'set_reminder',
    'Set a reminder, an alarm or a timer. Poner un recordatorio, una alarma o un temporizador.',
    'time',
    'subject',
  ),
  declare(
    'send_message',
    'Send a message or an email to a contact. Enviar un mensaje o un correo a un contacto.',
    'recipient',
    'message',
  ),
  declare(
    'order_status',
    'Track the status of an order or a package delivery. Seguir el estado de un pedido o la entrega de un paquete.',
    'order_number',
  ),
];

/** One a line, `+` where a tool is needed. Written before the rules were; not changed since. */
const english = `
+ What's the weather in Tokyo?
+ Will it rain tomorrow in Boston?
- How are you today?
+ Do I need an umbrella this afternoon?
- I love the rain, it makes me sleepy.
- Tell me a joke.
+ Calculate 23 times 45.
+ How much is seventeen percent of eighty?
- Numbers were never my strong point.
+ What do I get if I multiply twelve by nine?
- Why do people say two's company?
+ Play some music.
+ Put on something by Miles Davis.
- Don't play any music, please.
- My brother studies music in Vienna.
+ Remind me to call my mother at six.
- That reminds me of my grandmother.
+ Set a timer for ten minutes.
+ Wake me up at seven tomorrow.
- I never wake up on time.
+ Send a message to Anna that I'm late.
+ Tell Peter I'll be there in ten minutes.
- She sent me such a nice message yesterday.
+ Where is my package?
+ Has my order been shipped yet?
- I'd order the fish if I were you.
- Thanks, that's all.
- Good morning!
+ Is it going to be cold in Oslo this weekend?
- It was so cold last winter.
+ What's the temperature outside right now?
- What temperature does water boil at?
+ What's 144 divided by 12?
+ Add 15 and 27 for me.
- You can add sugar if you like.
- Never mind the weather, how was your day?
+ Can you tell me if it's windy on the coast?
- The wind in the willows is my favourite book.
+ I'd like to hear the new album by Rosalía.
- Who wrote the song Imagine?
+ Next song, please.
- Stop, please don't send that message.
+ Email my boss that I'm ill today.
- What does the word ill mean?
- I don't need a reminder for that.
+ Don't let me forget the dentist on Friday.
+ Set an alarm for half past five.
- The alarm in my building went off all night.
+ Could you check on the delivery of order 4711?
- In order to understand this, I need some time.
+ When will my parcel arrive?
- What is the capital of Australia?
- Do you like music?
+ What should I wear in London today?
- I wear glasses.
+ How warm is it in Madrid?
- Let's talk about something else.
- Do you ever get bored?
+ Split a bill of ninety-six dollars between four people.
- We split up last year.
+ What's the square root of 529?
- My roots are in Ireland.
+ Let my wife know that I'm on my way.
- My wife and I met in college.
+ It's too quiet in here, put some jazz on.
- It's nice and quiet in here.
- I had to calculate everything by hand at school.
- Can you explain how division works?
+ Is there snow in the Alps at the moment?
- Have you ever seen snow?
- Sorry, what did you say?
+ Text my sister happy birthday.
- How do I write a good birthday text?
+ Turn the volume up and play that again.
- Say that again, please.
+ How many minutes are there in three and a half days?
- How long have you been awake?
+ Has the courier been here yet?
- I used to work as a courier.
- Please don't remind me of that.
+ I want to know how many miles 30 kilometres are.
- I would walk five hundred miles.
- You are very funny.
+ Cancel my alarm for tomorrow.
- Tomorrow is another day.
+ Any storms coming our way?
- There was a storm in a teacup at the office.
- No weather today, thank you.
+ What's the sum of 12, 15 and 19?
- To sum up, I had a bad day.
- What can you do for me?
+ Track my delivery.
- The train runs on a different track.
- Could you speak a bit slower?
+ Nudge me about the laundry in an hour.
- I hate doing the laundry.
+ Did the shop send off my shoes?
- I bought new shoes.
- Goodbye, see you later.
- Is it hard to learn the guitar?
+ Shuffle my favourite songs.
- You are my favourite.
- I don't want to know the temperature.
+ How's it looking outside, do I need a coat?
- What a beautiful coat.
`;

const spanish = `
+ ¿Qué tiempo hace en Tokio?
+ ¿Va a llover mañana en Bilbao?
- ¿Cómo estás hoy?
+ ¿Necesito paraguas esta tarde?
- Me encanta la lluvia, me da sueño.
- Cuéntame un chiste.
+ Calcula 23 por 45.
+ ¿Cuánto es el diecisiete por ciento de ochenta?
- Los números nunca fueron lo mío.
+ ¿Cuánto da multiplicar doce por nueve?
- ¿Por qué se dice que no hay dos sin tres?
+ Pon música.
+ Ponme algo de Paco de Lucía.
- No pongas música, por favor.
- Mi hermano estudia música en Viena.
+ Recuérdame llamar a mi madre a las seis.
- Eso me recuerda a mi abuela.
+ Pon un temporizador de diez minutos.
+ Despiértame mañana a las siete.
- Nunca me despierto a tiempo.
+ Envía un mensaje a Ana de que llego tarde.
+ Dile a Pedro que llego en diez minutos.
- Ayer me mandó un mensaje muy bonito.
+ ¿Dónde está mi paquete?
+ ¿Ya ha salido mi pedido?
- Yo pediría el pescado.
- Gracias, eso es todo.
- ¡Buenos días!
+ ¿Hará frío en Burgos este fin de semana?
- El invierno pasado hizo mucho frío.
+ ¿Qué temperatura hay fuera ahora?
- ¿A qué temperatura hierve el agua?
+ ¿Cuánto es 144 dividido entre 12?
+ Suma 15 y 27.
- Puedes echar azúcar si quieres.
- Olvida el tiempo, ¿qué tal tu día?
+ ¿Me dices si hace viento en la costa?
- Lo que el viento se llevó es mi película favorita.
+ Quiero escuchar el disco nuevo de Rosalía.
- ¿Quién escribió la canción Mediterráneo?
+ La siguiente canción, por favor.
- Para, no envíes ese mensaje.
+ Manda un correo a mi jefe, que hoy estoy enfermo.
- ¿Qué significa la palabra enfermo?
- No necesito ningún recordatorio.
+ Que no se me olvide el dentista el viernes.
+ Pon una alarma para las cinco y media.
- La alarma del edificio sonó toda la noche.
+ ¿Puedes mirar la entrega del pedido 4711?
- Hace mucho tiempo que no nos vemos.
+ ¿Cuándo llega mi envío?
- ¿Cuál es la capital de Australia?
- ¿Te gusta la música?
+ ¿Qué me pongo hoy en Londres?
- Me pongo nervioso con facilidad.
+ ¿Cuántos grados hay en Madrid?
- Hablemos de otra cosa.
- ¿Te aburres alguna vez?
+ Reparte una cuenta de noventa y seis euros entre cuatro.
- Nos separamos el año pasado.
+ ¿Cuál es la raíz cuadrada de 529?
- Mis raíces están en Galicia.
+ Avisa a mi mujer de que voy de camino.
- Mi mujer y yo nos conocimos en la universidad.
+ Hay mucho silencio aquí, pon algo de jazz.
- Qué tranquilo se está aquí.
- En el colegio había que calcular todo a mano.
- ¿Me explicas cómo funciona la división?
+ ¿Hay nieve en Sierra Nevada ahora mismo?
- ¿Has visto la nieve alguna vez?
- Perdona, ¿qué has dicho?
+ Escríbele a mi hermana feliz cumpleaños.
- ¿Cómo se escribe una buena felicitación?
+ Sube el volumen y ponla otra vez.
- Dilo otra vez, por favor.
+ ¿Cuántos minutos son tres días y medio?
- ¿Cuánto llevas despierto?
+ ¿Ha pasado ya el repartidor?
- Yo trabajé de repartidor.
- Por favor, no me lo recuerdes.
+ Quiero saber cuántas millas son 30 kilómetros.
- Caminaría quinientas millas.
- Eres muy gracioso.
+ Quita la alarma de mañana.
- Mañana será otro día.
+ ¿Viene alguna tormenta?
- Fue una tormenta en un vaso de agua.
- Hoy no me digas el tiempo, gracias.
+ ¿Cuánto suman 12, 15 y 19?
- En suma, he tenido un mal día.
- ¿Qué puedes hacer por mí?
+ Sigue mi pedido.
- Sigue contándome.
- ¿Puedes hablar más despacio?
+ Avísame de la lavadora dentro de una hora.
- Odio poner la lavadora.
+ ¿La tienda ha mandado ya mis zapatos?
- Me compré zapatos nuevos.
- Adiós, hasta luego.
- ¿Es difícil aprender guitarra?
+ Mezcla mis canciones favoritas.
- Eres mi favorito.
- No quiero saber la temperatura.
+ ¿Qué tal está fuera, me llevo abrigo?
- Qué abrigo tan bonito.
`;

const read = (lines: string, language: Utterance['language']): readonly Utterance[] =>
  lines
    .trim()
    .split('\n')
    .map((line) => ({ text: line.slice(2), language, needsTool: line.startsWith('+') }));

const all = [...read(english, 'en'), ...read(spanish, 'es')];

/** What the rules may be tuned on. */
export const seen: readonly Utterance[] = all.filter((_, index) => index % 3 !== 2);
/** Every third, looked at for the final figure alone. */
export const kept: readonly Utterance[] = all.filter((_, index) => index % 3 === 2);
