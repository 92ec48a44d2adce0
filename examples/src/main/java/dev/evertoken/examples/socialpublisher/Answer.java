package dev.evertoken.examples.socialpublisher;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import java.net.URI;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An answer of a route: an HTTP status and the members of its JSON body. Immutable.
 *
 * @param status the HTTP status
 */
record Answer(int status, Map<String, Object> body) {

    Answer {
        body = Collections.unmodifiableMap(new LinkedHashMap<>(body));
    }

    static Answer ok(long user) {
        return new Answer(200, Map.of("success", true)).with("userId", user);
    }

    static Answer ok(long user, Platform platform) {
        return ok(user).with("platform", platform.name());
    }

    static Answer invalid(int status, String reason) {
        return error(status, reason);
    }

    static Answer quotaUsed(Draft draft) {
        return error(429, "the posts of this cycle are used").about(draft.user(), draft.platform());
    }

    /** The platform published nothing as far as is known. */
    static Answer unavailable(Draft draft, String reason) {
        return error(503, reason).about(draft.user(), draft.platform());
    }

    static Answer postRefused(Draft draft, String reason) {
        return error(422, "the post was refused: " + reason).about(draft.user(), draft.platform());
    }

    /** The platform neither accepts the token of the user nor refreshes it. */
    static Answer reconnect(Draft draft, URI url) {
        return error(401, Problem.GRANT_DEAD.advice())
                .about(draft.user(), draft.platform())
                .with("problem", Problem.GRANT_DEAD.name())
                .with("needs_reauth", true)
                .with("reconnect_url", url.toString());
    }

    static Answer failure(long user, Platform platform, TokenException e) {
        return error(status(e.remedy()), e.problem().advice())
                .about(user, platform)
                .with("problem", e.problem().name())
                .with("needs_reauth", e.remedy() == Remedy.RECONNECT)
                .with("reconnect_url", e.reconnectUrl().map(URI::toString))
                .with("retry_at", e.retryAt().map(Instant::toString));
    }

    private static int status(Remedy remedy) {
        return switch (remedy) {
            case RECONNECT -> 401;
            case RETRY, WAIT -> 503;
            case FIX_CONFIGURATION, CONTACT_SUPPORT -> 500;
        };
    }

    private static Answer error(int status, String reason) {
        return new Answer(status, Map.of("success", false)).with("error", reason);
    }

    private Answer about(long user, Platform platform) {
        return with("userId", user).with("platform", platform.name());
    }

    Answer with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(body);
        more.put(name, value);
        return new Answer(status, more);
    }

    Answer with(String name, Optional<String> value) {
        return value.isPresent() ? with(name, (Object) value.get()) : this;
    }

    Answer with(Quota.Status quota) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("limit", quota.limit());
        members.put("used", quota.used());
        members.put("remaining", quota.remaining());
        quota.resetsAt().ifPresent(end -> members.put("resetsAt", end.toString()));
        return with("quota", (Object) members);
    }

    Answer with(Fallback.Result fallback) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("used", fallback.used());
        if (fallback.used()) {
            members.put("application", fallback.application());
        }
        members.put("published", false);
        members.put("reason", fallback.limit());
        return with("fallback", (Object) members);
    }
}
