package dev.evertoken.spi;

import dev.evertoken.model.TokenEvent;

/**
 * Receives events of accounts. Override {@link #on} to receive every event, or one method for each kind of event.
 *
 * <p>Called on the library's own event thread, after the refresh has ended and its waiters have been completed; in
 * order for each account. A listener may request tokens. A listener that throws or blocks causes a warning and, if it
 * keeps blocking, loses events of its own, but never affects a token. Implementations are thread-safe.
 */
public interface TokenListener {

    /** Called for every event; dispatches it to the method of its kind. Later versions may add kinds. */
    default void on(TokenEvent event) {
        switch (event.kind()) {
            case CONNECTED -> connected((TokenEvent.Connected) event);
            case REFRESHED -> refreshed((TokenEvent.Refreshed) event);
            case REFRESH_FAILED -> refreshFailed((TokenEvent.RefreshFailed) event);
            case REAUTHORIZATION_REQUIRED -> reauthorizationRequired((TokenEvent.ReauthorizationRequired) event);
            case ROTATION_AT_RISK -> rotationAtRisk((TokenEvent.RotationAtRisk) event);
            case ROTATION_CONFLICT -> rotationConflict((TokenEvent.RotationConflict) event);
            case RECOVERED -> recovered((TokenEvent.Recovered) event);
            case EXPIRES_SOON -> expiresSoon((TokenEvent.ExpiresSoon) event);
            case SCOPE_REDUCED -> scopeReduced((TokenEvent.ScopeReduced) event);
            case DISCONNECTED -> disconnected((TokenEvent.Disconnected) event);
            case REVOCATION_ENDED -> revocationEnded((TokenEvent.RevocationEnded) event);
            case SERVED_STALE -> servedStale((TokenEvent.ServedStale) event);
            case CLAIM_UNCONFIRMED -> claimUnconfirmed((TokenEvent.ClaimUnconfirmed) event);
            case CONSENT_LOST -> consentLost((TokenEvent.ConsentLost) event);
            case MANY_TOKENS_REFUSED -> manyTokensRefused((TokenEvent.ManyTokensRefused) event);
            case REFRESH_BACKLOG -> refreshBacklog((TokenEvent.RefreshBacklog) event);
        }
    }

    default void connected(TokenEvent.Connected event) {}

    default void refreshed(TokenEvent.Refreshed event) {}

    default void refreshFailed(TokenEvent.RefreshFailed event) {}

    default void reauthorizationRequired(TokenEvent.ReauthorizationRequired event) {}

    default void rotationAtRisk(TokenEvent.RotationAtRisk event) {}

    default void rotationConflict(TokenEvent.RotationConflict event) {}

    default void recovered(TokenEvent.Recovered event) {}

    default void expiresSoon(TokenEvent.ExpiresSoon event) {}

    default void scopeReduced(TokenEvent.ScopeReduced event) {}

    default void disconnected(TokenEvent.Disconnected event) {}

    default void revocationEnded(TokenEvent.RevocationEnded event) {}

    default void servedStale(TokenEvent.ServedStale event) {}

    default void claimUnconfirmed(TokenEvent.ClaimUnconfirmed event) {}

    default void consentLost(TokenEvent.ConsentLost event) {}

    default void manyTokensRefused(TokenEvent.ManyTokensRefused event) {}

    default void refreshBacklog(TokenEvent.RefreshBacklog event) {}
}
