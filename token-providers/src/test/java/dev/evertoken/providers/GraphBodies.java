package dev.evertoken.providers;

/** The error bodies of Meta's APIs, for tables of documented responses. Stateless. */
public final class GraphBodies {

    private GraphBodies() {}

    /** Returns the error envelope. A {@code subcode} of 0 is omitted. */
    public static String error(int code, int subcode, String message) {
        return error("OAuthException", code, subcode, message);
    }

    public static String error(String type, int code, int subcode, String message) {
        return "{\"error\":{\"message\":\"" + message + "\",\"type\":\"" + type + "\",\"code\":" + code
                + (subcode == 0 ? "" : ",\"error_subcode\":" + subcode) + ",\"fbtrace_id\":\"AbC1dEf2gHi\"}}";
    }

    public static String transientError(int code, String message) {
        return "{\"error\":{\"message\":\"" + message + "\",\"type\":\"OAuthException\",\"code\":" + code
                + ",\"is_transient\":true,\"error_user_title\":\"t\",\"error_user_msg\":\"m\","
                + "\"error_data\":{\"a\":1},\"fbtrace_id\":\"AbC1dEf2gHi\"}}";
    }

    /** Returns the flat error body of Instagram's code exchange. */
    public static String flat(String message) {
        return "{\"error_type\":\"OAuthException\",\"code\":400,\"error_message\":\"" + message + "\"}";
    }
}
