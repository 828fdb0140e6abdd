// socket.io as its documentation begins a chat: one event in, the same to the room. Usage: socketio.cjs PORT
const { Server } = require("socket.io");

const io = new Server({ transports: ["websocket"], serveClient: false });
io.on("connection", (socket) => {
  socket.on("join", (room, done) => {
    socket.join(room);
    socket.on("m", (text) => io.to(room).emit("m", text));
    done();
  });
});
io.listen(Number(process.argv[2]));
