package dev.evertoken.internal.authorization;

import dev.evertoken.internal.account.Connections;
import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.refresh.EngineContext;

/**
 * The authorization code flow. Thread-safe.
 *
 * @param pendingConsents closed with the engine
 */
public record AuthorizationParts(Authorizations authorizations, PendingConsents pendingConsents) {

    /** Assembles the flow, each part after those that it uses. */
    public static AuthorizationParts of(EngineContext engine, Connections connections, StateSealer states) {
        PendingConsents pendingConsents = new PendingConsents(
                connections,
                engine.time(),
                engine.executor(),
                Backoff.betweenSaves(engine.settings().saveRetryCap()),
                engine.listeners()::publish);
        Authorizations authorizations = new Authorizations(
                states,
                engine.clients(),
                engine.cache(),
                pendingConsents,
                engine.mapper(),
                engine.signing(),
                engine.exceptions(),
                engine.time(),
                engine.callDeadline(),
                new CodeExchange(engine.exceptions(), engine.time(), engine.callDeadline(), engine.closing()));
        return new AuthorizationParts(authorizations, pendingConsents);
    }
}
