package dev.evertoken.store.jdbc;

/**
 * Where in an application's JSON object the tokens are; whatever else is in it stays as it is. Immutable.
 *
 * @param accessToken member with the access token
 * @param refreshToken member with the refresh token
 * @param expiresAt member with the end of the access token
 * @param time how that one is written: {@link TimeFormat#ISO_TEXT} or {@link TimeFormat#EPOCH_SECONDS}
 * @param scopes member with the granted scopes, a list of texts
 */
public record JsonMembers(String accessToken, String refreshToken, String expiresAt, TimeFormat time, String scopes) {

    public JsonMembers {
        if (time != TimeFormat.ISO_TEXT && time != TimeFormat.EPOCH_SECONDS) {
            throw new IllegalArgumentException("JSON has no " + time + "; use ISO_TEXT or EPOCH_SECONDS");
        }
    }

    /** Returns the members of an authorized user as Google's client libraries save it. */
    public static JsonMembers googleAuthorizedUser() {
        return new JsonMembers("token", "refresh_token", "expiry", TimeFormat.ISO_TEXT, "scopes");
    }

    /** Returns the members of RFC 6749 section 5.1, with the end in seconds since 1970 as {@code expires_at}. */
    public static JsonMembers tokenResponse() {
        return new JsonMembers("access_token", "refresh_token", "expires_at", TimeFormat.EPOCH_SECONDS, "scope");
    }
}
