package dev.evertoken.providers.internal.meta;

import dev.evertoken.providers.internal.oauth2.LifetimeParser;
import dev.evertoken.providers.internal.oauth2.ResponseBody;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code debug_token} tells of a token. Immutable.
 *
 * @param isValid whether the token works now
 * @param appId whose tokens it is one of; empty if not told
 * @param subject the page of a page's token, else the user
 * @param scopes granted, as far as told
 * @param expiresAt empty if it does not end or that is not told
 * @param neverEnds true if it is told that it does not end
 * @param dataAccessEnd from when on it opens the user's data no more, although it lives; empty if not told
 * @param body where all of this stood
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

    /** Reads an answer, which has the status 200 for a dead token, too; empty if it has no facts in it. */
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
        return data.text(name).flatMap(told -> LifetimeParser.date(told, now));
    }
}
