package dev.evertoken.examples.calendarsync;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A response with a JSON object. Immutable.
 *
 * @param status the HTTP status
 * @param body the JSON object
 */
record Reply(int status, String body) {

    /** Returns a success with a message and the user. */
    static Reply success(String message, String userId) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("success", true);
        body.put("message", message);
        body.put("user_id", userId);
        return new Reply(200, Json.of(body));
    }

    /** Returns a failure with its reason. */
    static Reply failure(int status, String reason) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("success", false);
        body.put("error", reason);
        return new Reply(status, Json.of(body));
    }

    /** Returns this reply with one more member. */
    Reply with(String member, Object value) {
        Map<String, Object> all = new LinkedHashMap<>();
        if (Json.parse(body) instanceof Map<?, ?> members) {
            members.forEach((name, before) -> all.put(String.valueOf(name), before));
        }
        all.put(member, value);
        return new Reply(status, Json.of(all));
    }
}
