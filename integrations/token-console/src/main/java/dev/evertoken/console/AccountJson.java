package dev.evertoken.console;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonNumber;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonValue;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenKey;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Accounts and events as JSON; times are milliseconds since the epoch. Immutable. */
final class AccountJson {

    private AccountJson() {}

    /** Returns the columns of the list. */
    static JsonObject row(AccountStatus status) {
        return summary(status).build();
    }

    /** Returns everything that the page of an account shows. */
    static JsonObject detail(AccountStatus status, List<AccountStatus> derived) {
        JsonObject.Builder json = summary(status)
                .add("explanation", PlainWords.explanation(status.state()))
                .add("since", millis(status.since()))
                .add("generation", status.generation())
                .add("grantedScopes", status.grantedScopes())
                .add("missingScopes", status.missingScopes())
                .add(
                        "derived",
                        new JsonArray(
                                derived.stream().map(AccountJson::keyAndState).toList()));
        add(json, "consentedAt", Optional.of(status.consentedAt()).filter(AccountJson::isKnown));
        add(json, "refreshAt", status.refreshAt().filter(due -> canBeRefreshed(status)));
        status.parent().ifPresent(parent -> json.add("parent", key(parent)));
        status.claimOwner().ifPresent(owner -> json.add("claimOwner", owner));
        status.reconnectUrl().ifPresent(address -> json.add("reconnectUrl", address.toString()));
        return json.build();
    }

    static JsonArray events(List<PastEvent> events) {
        return new JsonArray(events.stream().map(AccountJson::event).toList());
    }

    /** Adds a time, unless it is unknown. */
    static void add(JsonObject.Builder json, String name, Optional<Instant> moment) {
        moment.ifPresent(at -> json.add(name, millis(at)));
    }

    static JsonNumber millis(Instant moment) {
        return JsonNumber.of(moment.toEpochMilli());
    }

    private static JsonObject.Builder summary(AccountStatus status) {
        JsonObject.Builder json = JsonObject.builder()
                .add("registration", status.key().registration())
                .add("account", status.key().account())
                .add("state", status.state().name())
                .add("label", PlainWords.label(status.state()))
                .add("attention", PlainWords.attention(status.state()).name().toLowerCase(Locale.ROOT));
        status.subject().ifPresent(subject -> json.add("subject", subject));
        status.problem()
                .ifPresent(problem -> json.add("problem", problem.name())
                        .add("advice", problem.advice())
                        .add("instruction", PlainWords.instruction(problem.remedy())));
        if (!status.detail().isEmpty()) {
            json.add("detail", status.detail());
        }
        json.add("refreshed", status.generation() > 1).add("unsaved", status.unsaved());
        add(json, "issuedAt", status.issuedAt());
        add(json, "expiresAt", status.expiresAt().filter(AccountJson::isKnown));
        json.add("hasToken", status.expiresAt().map(AccountJson::isKnown).orElse(true));
        add(json, "endsAt", status.reconnectBy());
        add(json, "nextAttempt", status.nextAttempt());
        add(json, "staleSince", status.staleSince());
        return json;
    }

    /** Returns whether a refresh can help; otherwise none is due, whatever the age of the token is. */
    private static boolean canBeRefreshed(AccountStatus status) {
        return status.remedy().filter(remedy -> remedy == Remedy.RECONNECT).isEmpty();
    }

    private static boolean isKnown(Instant moment) {
        return moment.isAfter(Instant.EPOCH);
    }

    private static JsonObject.Builder named(TokenKey key) {
        return JsonObject.builder().add("registration", key.registration()).add("account", key.account());
    }

    private static JsonObject key(TokenKey key) {
        return named(key).build();
    }

    private static JsonValue keyAndState(AccountStatus status) {
        return named(status.key())
                .add("label", PlainWords.label(status.state()))
                .add("attention", PlainWords.attention(status.state()).name().toLowerCase(Locale.ROOT))
                .build();
    }

    private static JsonValue event(PastEvent event) {
        return JsonObject.builder()
                .add("at", millis(event.at()))
                .add("kind", event.kind().name())
                .add("title", event.title())
                .add("detail", event.detail())
                .build();
    }
}
