// Conversations in this browser only, one list for each reader; nothing of a declined message is kept.

const MAX_CONVERSATIONS = 50;
let key = "alliance-assistant/conversations";

/** Keep the conversations of one reader apart from another's on the same machine. */
export function openStore(reader) {
  key = `alliance-assistant/conversations/${reader.name ?? ""}/${reader.audience}`;
}

export function listConversations() {
  try {
    const stored = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(stored) ? stored : [];
  } catch {
    return [];
  }
}

/** Keep a conversation, newest first; returns how many old ones had to go because the store was full. */
export function saveConversation(conversation) {
  const others = listConversations().filter((other) => other.id !== conversation.id);
  const kept = conversation.turns.length ? [withoutSecrets(conversation), ...others] : others;
  kept.splice(MAX_CONVERSATIONS);
  let dropped = 0;
  for (;;) {
    try {
      localStorage.setItem(key, JSON.stringify(kept));
      return dropped;
    } catch {
      if (kept.length <= 1) return dropped;
      kept.pop();
      dropped += 1;
    }
  }
}

export function deleteConversation(id) {
  localStorage.setItem(key, JSON.stringify(listConversations().filter((other) => other.id !== id)));
}

export function clearConversations() {
  localStorage.removeItem(key);
}

/** Remember which conversation this tab shows, so that a reload shows it again. */
export const currentId = () => sessionStorage.getItem(key);
export const setCurrentId = (id) => sessionStorage.setItem(key, id);

export const newConversation = () => ({ id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, at: Date.now(), turns: [] });

function withoutSecrets(conversation) {
  const turns = conversation.turns
    .filter((turn) => turn.answer)
    .map((turn) => (turn.answer.status === "declined" ? { ...turn, question: null, answer: { ...turn.answer, question: "" } } : turn));
  return { ...conversation, at: Date.now(), turns };
}
