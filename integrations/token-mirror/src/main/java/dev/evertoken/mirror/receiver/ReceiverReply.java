package dev.evertoken.mirror.receiver;

import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonWriter;

/**
 * The response to a message: send the status, the body in UTF-8, and the header {@code Content-Type: application/json}.
 * Immutable.
 *
 * @param status the HTTP status
 * @param body a JSON object
 */
public record ReceiverReply(int status, String body) {

    static ReceiverReply of(JsonObject body) {
        return new ReceiverReply(200, JsonWriter.text(body));
    }

    static ReceiverReply error(int status, String sentence) {
        JsonObject body = JsonObject.builder()
                .add("success", false)
                .add("error", sentence)
                .build();
        return new ReceiverReply(status, JsonWriter.text(body));
    }
}
