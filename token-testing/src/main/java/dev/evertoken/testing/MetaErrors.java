package dev.evertoken.testing;

import dev.evertoken.internal.json.JsonObject;

/** The error formats of Meta's APIs. Stateless. */
final class MetaErrors {

    private MetaErrors() {}

    /** Returns the error object; its status is 400 also for invalid tokens. */
    static MockHttpResponse error(String type, int code, int subcode, String message) {
        return MockHttpResponse.json(400, JsonObject.builder().add("error", envelope(type, code, subcode, message)))
                .header("WWW-Authenticate", "OAuth \"Facebook Platform\" \"invalid_request\" \"" + message + "\"");
    }

    private static JsonObject envelope(String type, int code, int subcode, String message) {
        JsonObject.Builder error = JsonObject.builder();
        error.add("message", message);
        error.add("type", type);
        error.add("code", code);
        if (subcode != 0) {
            error.add("error_subcode", subcode);
        }
        error.add("fbtrace_id", "AmockMOCKmock1");
        return error.build();
    }

    /** Returns the flat format of Instagram's code exchange. */
    static MockHttpResponse flat(String message) {
        return MockHttpResponse.json(
                400,
                JsonObject.builder()
                        .add("error_type", "OAuthException")
                        .add("code", 400)
                        .add("error_message", message));
    }

    static MockHttpResponse expired() {
        return error(
                "OAuthException",
                190,
                463,
                "Error validating access token: Session has expired on Monday, 23-Nov-26 14:00:00 PST.");
    }

    static MockHttpResponse unauthorized() {
        return error(
                "OAuthException",
                190,
                458,
                "Error validating access token: The user has not authorized application 1.");
    }

    static MockHttpResponse missingToken() {
        return error(
                "OAuthException",
                2500,
                0,
                "An active access token must be used to query information about the current user.");
    }

    /** Returns the app-scoped numeric id of a user. */
    static String userId(String account) {
        return "1" + String.format("%010d", Integer.toUnsignedLong(account.hashCode()));
    }
}
