// Conversations in this browser only, one list for each reader; nothing of a declined message is kept.

const MAX_CONVERSATIONS = 50;

/** The browser's store; where it is closed to us, as in a frame of another site, one that ends with the page. */
export const kept = openKept("localStorage");
const tab = openKept("sessionStorage");

function openKept(name) {
  try {
    window[name].getItem("");
    return window[name];
  } catch {
    const values = new Map();
    return { getItem: (key_) => values.get(key_) ?? null, setItem: (key_, value) => values.set(key_, value), removeItem: (key_) => values.delete(key_) };
  }
}

let key = "alliance-assistant/conversations";

/** Keep the conversations of one reader apart from another's on the same machine. */
export function openStore(reader) {
  key = `alliance-assistant/conversations/${reader.name ?? ""}/${reader.audience}`;
}

export function listConversations() {
  try {
    const stored = JSON.parse(kept.getItem(key) ?? "[]");
    return Array.isArray(stored) ? stored : [];
  } catch {
    return [];
  }
}

/** Keep a conversation, newest first; one that another tab has gone on with stays, and this one gets a name of its own.
 * Gives its id and time as kept, and how many old ones had to go because the store was full. */
export function saveConversation(conversation) {
  const before = listConversations();
  const twin = before.find((other) => other.id === conversation.id);
  const id = twin && twin.at !== conversation.at ? newConversation().id : conversation.id;
  const mine = { ...withoutSecrets(conversation), id };
  const others = before.filter((other) => other.id !== id);
  const all = conversation.turns.length ? [mine, ...others] : others;
  all.splice(MAX_CONVERSATIONS);
  let dropped = 0;
  for (;;) {
    try {
      kept.setItem(key, JSON.stringify(all));
      return { id, at: mine.at, dropped };
    } catch {
      if (all.length <= 1) return { id, at: mine.at, dropped };
      all.pop();
      dropped += 1;
    }
  }
}

export function deleteConversation(id) {
  kept.setItem(key, JSON.stringify(listConversations().filter((other) => other.id !== id)));
}

export function clearConversations() {
  kept.removeItem(key);
}

/** Remember which conversation this tab shows, so that a reload shows it again. */
export const currentId = () => tab.getItem(key);
export const setCurrentId = (id) => tab.setItem(key, id);

export const newConversation = () => ({ id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, at: Date.now(), turns: [] });

function withoutSecrets(conversation) {
  const turns = conversation.turns
    .filter((turn) => turn.answer)
    .map((turn) => (turn.answer.status === "declined" ? { ...turn, question: null, answer: { ...turn.answer, question: "" } } : turn));
  return { ...conversation, at: Date.now(), turns };
}
