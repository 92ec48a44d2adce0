package dev.evertoken.internal.authorization;

import dev.evertoken.internal.account.Connections;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.refresh.EngineContext;
import dev.evertoken.internal.store.journal.ConsentJournal;

/**
 * The authorization code flow. Thread-safe.
 *
 * @param pendingConsents closed with the engine
 */
public record AuthorizationParts(Authorizations authorizations, PendingConsents pendingConsents) {

    /**
     * Assembles the flow, each part after those that it uses.
     *
     * @param journal keeps the consents that the store does not accept
     * @param saving runs one task at a time
     */
    public static AuthorizationParts of(
            EngineContext engine,
            Connections connections,
            ConsentJournal journal,
            TaskQueue saving,
            StateSealer states) {
        PendingConsents pendingConsents = new PendingConsents(
                connections,
                new KeptConsents(journal, engine.mapper(), engine.clients(), engine.cache()),
                engine.time(),
                saving,
                engine.listeners());
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
