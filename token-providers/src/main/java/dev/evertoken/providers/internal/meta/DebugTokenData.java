package dev.evertoken.providers.internal.meta;

import dev.evertoken.providers.internal.oauth2.LifetimeParser;
import dev.evertoken.providers.internal.oauth2.ResponseBody;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The data that {@code debug_token} returns about a token. Immutable.
 *
 * @param isValid whether the token is valid now
 * @param appId the application that the token was issued to; empty if not reported
 * @param subject the page for a page token, otherwise the user
 * @param scopes the granted permissions, as far as reported
 * @param expiresAt empty if the token does not expire or the time is not reported
 * @param neverEnds true if the response says that the token does not expire
 * @param dataAccessEnd the end of the access to the user's data, even if the token is still valid; empty if not
 *     reported
 * @param body the object with this data
 */
record DebugTokenData(
        boolean isValid,
        Optional<String> appId,
        Optional<String> subject,
        Set<String> scopes,
        Optional<Instant> expiresAt,
        boolean neverEnds,
        Optional<Instant> dataAccessEnd,
        ResponseBody body) {

    /** Reads a response, which has status 200 for invalid tokens too; empty if it has no token data. */
    static Optional<DebugTokenData> of(ResponseBody response, Instant now) {
        return response.object("data")
                .filter(data -> data.isTrue("is_valid") || data.isFalse("is_valid"))
                .map(data -> new DebugTokenData(
                        data.isTrue("is_valid"),
                        data.text("app_id"),
                        data.text("profile_id").or(() -> data.text("user_id")),
                        new LinkedHashSet<>(data.texts("scopes")),
                        date(data, "expires_at", now),
                        data.text("expires_at").filter("0"::equals).isPresent(),
                        date(data, "data_access_expires_at", now),
                        data));
    }

    private static Optional<Instant> date(ResponseBody data, String name, Instant now) {
        return data.text(name).flatMap(value -> LifetimeParser.date(value, now));
    }
}
