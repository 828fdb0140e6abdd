// Two ways to the live door, one shape: { send(text), close() } and callbacks open, message(text), close(code).

/** WebSocket with the sub-protocol veillee.v1. */
export function openSocket(callbacks) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(`${scheme}//${location.host}/ws`, "veillee.v1");
  socket.onopen = () => callbacks.open();
  socket.onmessage = (event) => callbacks.message(event.data);
  socket.onclose = (event) => callbacks.close(event.code);
  return {
    send: (text) => socket.send(text),
    close: () => {
      socket.onclose = null;
      socket.close();
      callbacks.close(1000);
    },
  };
}

/** Server-sent events for what comes, POST /cmd for what goes: where WebSocket is blocked. */
export function openStream(callbacks) {
  const source = new EventSource("/sse");
  let stream = null;
  let over = false;
  const end = (code) => {
    if (over) return;
    over = true;
    source.close();
    callbacks.close(code);
  };
  source.onmessage = (event) => {
    const frame = event.data.includes("\n") ? null : JSON.parse(event.data);
    if (frame?.e === "open") {
      stream = frame.d.sid;
      callbacks.open();
    } else if (frame?.e === "close") end(frame.d.code);
    else callbacks.message(event.data);
  };
  source.onerror = () => end(1006);
  return {
    send: async (text) => {
      try {
        const headers = { "content-type": "application/json", "veillee-stream": stream };
        const answer = await fetch("/cmd", { method: "POST", body: text, headers });
        const reply = await answer.text();
        if (!over && reply) callbacks.message(reply);
      } catch {
        end(1006);
      }
    },
    close: () => end(1000),
  };
}
