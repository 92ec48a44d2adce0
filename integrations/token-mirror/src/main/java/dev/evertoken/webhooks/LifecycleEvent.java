package dev.evertoken.webhooks;

import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonWriter;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import java.time.Instant;
import java.util.Optional;

/**
 * One event of a connection, as a webhook reports it. Its body has no secret and less than 20 kB, whatever the names and
 * details are. Immutable.
 *
 * @param event which event it is
 * @param account the account
 * @param at when it happened
 * @param consentedAt when the user gave the consent that it is about, where that is known
 * @param generation the generation of the tokens, where that is known
 * @param episode what distinguishes it from other events of its kind and consent, the same in each process
 * @param state the state of the connection
 * @param failure the last failure
 * @param expiresAt when the access token expires
 * @param reconnectBy when the connection ends
 * @param reconnectUrl where the user connects again
 */
record LifecycleEvent(
        WebhookEvent event,
        TokenKey account,
        Instant at,
        Optional<Instant> consentedAt,
        Optional<Long> generation,
        String episode,
        Optional<ConnectionState> state,
        Optional<Failure> failure,
        Optional<Instant> expiresAt,
        Optional<Instant> reconnectBy,
        Optional<String> reconnectUrl) {

    private static final int LONGEST_DETAIL = 500;
    private static final int LONGEST_URL = 2000;

    /** A failure, with a sentence that has no secret. Immutable. */
    record Failure(Problem problem, String detail) {}

    /** Returns an event with no more than its kind, its account and its time. */
    static LifecycleEvent of(WebhookEvent event, TokenKey account, Instant at, String episode) {
        return new LifecycleEvent(
                event,
                account,
                at,
                Optional.empty(),
                Optional.empty(),
                episode,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Returns this event with what a status says about the connection. */
    LifecycleEvent with(AccountStatus status) {
        return new LifecycleEvent(
                event,
                account,
                at,
                Optional.of(status.consentedAt()),
                Optional.of(status.generation()),
                episode,
                Optional.of(status.state()),
                failure.or(() -> status.problem().map(problem -> new Failure(problem, status.detail()))),
                status.expiresAt(),
                reconnectBy.or(status::reconnectBy),
                status.reconnectUrl().map(String::valueOf).filter(url -> url.length() <= LONGEST_URL));
    }

    /** Returns this event with a failure. */
    LifecycleEvent with(Failure other) {
        return new LifecycleEvent(
                event,
                account,
                at,
                consentedAt,
                generation,
                episode,
                state,
                Optional.of(other),
                expiresAt,
                reconnectBy,
                reconnectUrl);
    }

    /** Returns this event with the consent that it is about. */
    LifecycleEvent withConsent(Optional<Instant> other) {
        return new LifecycleEvent(
                event, account, at, other, generation, episode, state, failure, expiresAt, reconnectBy, reconnectUrl);
    }

    /** Returns this event with the end of the connection. */
    LifecycleEvent withEnd(Instant end) {
        return new LifecycleEvent(
                event,
                account,
                at,
                consentedAt,
                generation,
                episode,
                state,
                failure,
                expiresAt,
                Optional.of(end),
                reconnectUrl);
    }

    /** Returns the body of the message. */
    String body() {
        return JsonWriter.text(JsonObject.builder()
                .add("type", event.type())
                .add("timestamp", at.toString())
                .add("data", data())
                .build());
    }

    private JsonObject data() {
        JsonObject.Builder data =
                JsonObject.builder().add("registration", account.registration()).add("account", account.account());
        state.ifPresent(now -> data.add("state", now.name()));
        failure.ifPresent(last -> data.add("last_failure", json(last)));
        consentedAt.ifPresent(moment -> data.add("consented_at", moment.toString()));
        generation.ifPresent(number -> data.add("generation", number));
        expiresAt.ifPresent(moment -> data.add("expires_at", moment.toString()));
        reconnectBy.ifPresent(moment -> data.add("reconnect_by", moment.toString()));
        reconnectUrl.ifPresent(url -> data.add("reconnect_url", url));
        return data.build();
    }

    private static JsonObject json(Failure failure) {
        String detail = failure.detail();
        return JsonObject.builder()
                .add("problem", failure.problem().name())
                .add("remedy", failure.problem().remedy().name())
                .add("detail", detail.substring(0, Math.min(LONGEST_DETAIL, detail.length())))
                .build();
    }
}
