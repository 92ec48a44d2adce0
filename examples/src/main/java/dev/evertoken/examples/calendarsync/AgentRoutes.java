package dev.evertoken.examples.calendarsync;

import dev.evertoken.mirror.receiver.MirrorReceiver;
import dev.evertoken.mirror.receiver.ReceivedRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The routes of the agent: those of the contract, which the receiver of the mirror handles, and {@code POST /api/chat}
 * with {@code {"user_id": "2", "message": "…"}}. The backend alone may call them. Thread-safe.
 */
final class AgentRoutes {

    private final MirrorReceiver receiver;
    private final Sender backend;
    private final CalendarChat chat;

    AgentRoutes(MirrorReceiver receiver, Sender backend, CalendarChat chat) {
        this.receiver = receiver;
        this.backend = backend;
        this.chat = chat;
    }

    Reply handle(ReceivedRequest request) {
        if (request.path().equals("/api/chat")) {
            return request.method().equals("POST") ? chat(request) : Reply.failure(405, "the route accepts POST");
        }
        return receiver.handle(request)
                .map(reply -> new Reply(reply.status(), reply.body()))
                .orElseGet(() -> Reply.failure(404, "there is no such route"));
    }

    private Reply chat(ReceivedRequest request) {
        if (!backend.sent(request)) {
            return Reply.failure(401, "the request has no token of the backend");
        }
        if (!(Json.parse(new String(request.body(), StandardCharsets.UTF_8)) instanceof Map<?, ?> body)) {
            return Reply.failure(400, "the body is not a JSON object");
        }
        if (!(body.get("user_id") instanceof String userId) || userId.isBlank()) {
            return Reply.failure(400, "missing or invalid fields: user_id");
        }
        if (!(body.get("message") instanceof String message) || message.isBlank()) {
            return Reply.failure(400, "missing or invalid fields: message");
        }
        return chat.answer(userId);
    }
}
