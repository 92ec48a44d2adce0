package dev.evertoken.examples.stravasync;

import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An answer of the dashboard to its page: a status and a JSON object. A failure says what the user can do. Immutable.
 *
 * @param status the HTTP status
 * @param kind the kind for the metrics: {@code ok}, or the kind of the error
 */
record Answer(int status, String kind, Map<String, Object> body) {

    /** The page of the dashboard at which a user connects Strava, for the first time or again. */
    static final URI RECONNECT = URI.create("/auth/strava/reconnect");

    static Answer success(String name, Object value) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("success", true);
        body.put(name, value);
        return new Answer(200, "ok", body);
    }

    /** The user has to give consent; the page shows a button that leads to the address. */
    static Answer reconnect(String error) {
        return failure(401, "authentication", error)
                .with("needs_reauth", true)
                .with("reconnect_url", RECONNECT.toString());
    }

    /** Strava cannot be reached; the user repeats the sync. */
    static Answer network(Optional<Instant> notBefore) {
        Answer answer = failure(503, "network", "Strava cannot be reached").with("needs_reauth", false);
        return notBefore
                .map(at -> answer.with("retry_at", at.toString()))
                .orElse(answer)
                .with("guidance", "Nothing is lost. Please try again in a minute.");
    }

    /** Strava's limit is reached; the user waits. */
    static Answer rateLimit(Instant until) {
        return failure(429, "rate_limit", "Strava allows no more requests at the moment")
                .with("needs_reauth", false)
                .with("retry_at", until.toString())
                .with("guidance", "Please wait until then; you do not have to connect again.");
    }

    /** Nobody but the operators can help. */
    static Answer unknown(String support, String reference) {
        return failure(500, "unknown", "The sync failed for a reason that you cannot change")
                .with("needs_reauth", false)
                .with("guidance", "Please write to " + support + " and state the reference.")
                .with("reference", reference);
    }

    /** The user did not give the consent. */
    static Answer denied() {
        return failure(403, "consent_denied", "You did not allow the dashboard to read your activities")
                .with("guidance", "Nothing was changed. You can connect at any time.")
                .with("reconnect_url", RECONNECT.toString());
    }

    /** The dashboard cannot read its own tables. */
    static Answer databaseDown() {
        return failure(503, "database", "The dashboard cannot read its database")
                .with("needs_reauth", false)
                .with("guidance", "Nothing is lost. Please try again later.");
    }

    /** The request is wrong. */
    static Answer badRequest(String reason) {
        return failure(400, "bad_request", reason);
    }

    static Answer failure(int status, String kind, String error) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("success", false);
        body.put("error", error);
        return new Answer(status, kind, body);
    }

    private Answer with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(body);
        more.put(name, value);
        return new Answer(status, kind, more);
    }

    boolean isSuccess() {
        return status == 200;
    }

    String json() {
        return Json.text(body);
    }
}
