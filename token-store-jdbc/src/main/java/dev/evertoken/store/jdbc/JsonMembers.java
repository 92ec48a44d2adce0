package dev.evertoken.store.jdbc;

/**
 * The members of an application's JSON object that hold the tokens; all other members are preserved. Immutable.
 *
 * @param accessToken the member for the access token
 * @param refreshToken the member for the refresh token
 * @param expiresAt the member for the expiry of the access token
 * @param time the format of the expiry: {@link TimeFormat#ISO_TEXT} or {@link TimeFormat#EPOCH_SECONDS}
 * @param scopes the member for the granted scopes, an array of strings
 */
public record JsonMembers(String accessToken, String refreshToken, String expiresAt, TimeFormat time, String scopes) {

    public JsonMembers {
        if (time != TimeFormat.ISO_TEXT && time != TimeFormat.EPOCH_SECONDS) {
            throw new IllegalArgumentException("JSON does not support " + time + "; use ISO_TEXT or EPOCH_SECONDS");
        }
    }

    /** Returns the members of an authorized user in the format of Google's client libraries. */
    public static JsonMembers googleAuthorizedUser() {
        return new JsonMembers("token", "refresh_token", "expiry", TimeFormat.ISO_TEXT, "scopes");
    }

    /** Returns the members of RFC 6749 section 5.1, with the expiry in epoch seconds as {@code expires_at}. */
    public static JsonMembers tokenResponse() {
        return new JsonMembers("access_token", "refresh_token", "expires_at", TimeFormat.EPOCH_SECONDS, "scope");
    }
}
