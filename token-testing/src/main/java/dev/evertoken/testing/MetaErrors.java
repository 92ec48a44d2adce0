package dev.evertoken.testing;

import java.util.LinkedHashMap;
import java.util.Map;

/** The error formats of Meta's APIs. Stateless. */
final class MetaErrors {

    private MetaErrors() {}

    /** Returns the error object; its status is 400 also for invalid tokens. */
    static MockHttpResponse error(String type, int code, int subcode, String message) {
        return MockHttpResponse.json(400, "error", new MockJson.Raw(envelope(type, code, subcode, message)))
                .header("WWW-Authenticate", "OAuth \"Facebook Platform\" \"invalid_request\" \"" + message + "\"");
    }

    private static String envelope(String type, int code, int subcode, String message) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("message", message);
        error.put("type", type);
        error.put("code", code);
        if (subcode != 0) {
            error.put("error_subcode", subcode);
        }
        error.put("fbtrace_id", "AmockMOCKmock1");
        return MockJson.object(error);
    }

    /** Returns the flat format of Instagram's code exchange. */
    static MockHttpResponse flat(String message) {
        return MockHttpResponse.json(400, "error_type", "OAuthException", "code", 400, "error_message", message);
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
