package dev.evertoken.providers;

/** The shapes in which Meta's APIs refuse, for tables of their documented bodies. Stateless. */
public final class GraphBodies {

    private GraphBodies() {}

    /** Returns the envelope; {@code subcode} 0 is left out. */
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

    /** Returns the flat shape of Instagram's exchange. */
    public static String flat(String message) {
        return "{\"error_type\":\"OAuthException\",\"code\":400,\"error_message\":\"" + message + "\"}";
    }
}
