package dev.evertoken.console;

import dev.evertoken.model.TokenEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * An event as the timeline of an account shows it. Immutable.
 *
 * @param kind the kind of the event
 * @param title a few words
 * @param detail one sentence without secrets, or an empty text
 */
record PastEvent(Instant at, TokenEvent.Kind kind, String title, String detail) {

    static PastEvent of(TokenEvent event) {
        return new PastEvent(event.at(), event.kind(), title(event.kind()), detail(event));
    }

    private static String title(TokenEvent.Kind kind) {
        return switch (kind) {
            case CONNECTED -> "Connected";
            case REFRESHED -> "Refreshed";
            case REFRESH_FAILED -> "Refresh failed";
            case REAUTHORIZATION_REQUIRED -> "Must be reconnected";
            case ROTATION_AT_RISK -> "New tokens not saved yet";
            case ROTATION_CONFLICT -> "Refreshed by two processes";
            case RECOVERED -> "Recovered";
            case EXPIRES_SOON -> "Ends soon";
            case SCOPE_REDUCED -> "Fewer scopes granted";
            case DISCONNECTED -> "Disconnected";
            case REVOCATION_ENDED -> "Revocation ended";
            case SERVED_STALE -> "Served without the store";
            case CLAIM_UNCONFIRMED -> "Claim not confirmed";
            case CONSENT_LOST -> "Consent lost";
            case MANY_TOKENS_REFUSED -> "Many tokens refused";
            case REFRESH_BACKLOG -> "Background refreshes are late";
        };
    }

    private static String detail(TokenEvent event) {
        return switch (event.kind()) {
            case REFRESHED -> refreshed((TokenEvent.Refreshed) event);
            case REFRESH_FAILED -> failed((TokenEvent.RefreshFailed) event);
            case REAUTHORIZATION_REQUIRED -> reauthorization((TokenEvent.ReauthorizationRequired) event);
            case ROTATION_AT_RISK -> ((TokenEvent.RotationAtRisk) event).detail();
            case ROTATION_CONFLICT -> ((TokenEvent.RotationConflict) event).detail();
            case RECOVERED -> recovered((TokenEvent.Recovered) event);
            case EXPIRES_SOON -> "The connection ends at " + ((TokenEvent.ExpiresSoon) event).reconnectBy() + ".";
            case SCOPE_REDUCED -> "Lost: " + String.join(", ", ((TokenEvent.ScopeReduced) event).lost());
            case REVOCATION_ENDED -> ((TokenEvent.RevocationEnded) event).detail();
            case SERVED_STALE -> ((TokenEvent.ServedStale) event).detail();
            case CLAIM_UNCONFIRMED -> ((TokenEvent.ClaimUnconfirmed) event).detail();
            case CONSENT_LOST -> ((TokenEvent.ConsentLost) event).detail();
            case MANY_TOKENS_REFUSED -> ((TokenEvent.ManyTokensRefused) event).detail();
            case REFRESH_BACKLOG -> ((TokenEvent.RefreshBacklog) event).detail();
            case CONNECTED, DISCONNECTED -> "";
        };
    }

    private static String refreshed(TokenEvent.Refreshed event) {
        return "Generation " + event.generation() + ", in " + event.took().toMillis() + " ms"
                + (event.rotated() ? ", with a new refresh token." : ".");
    }

    private static String failed(TokenEvent.RefreshFailed event) {
        return sentences(event.problem().advice(), event.detail());
    }

    private static String reauthorization(TokenEvent.ReauthorizationRequired event) {
        return sentences(event.problem().advice(), event.detail());
    }

    private static String sentences(String advice, String detail) {
        return detail.isEmpty() ? advice : advice + " (" + detail + ")";
    }

    private static String recovered(TokenEvent.Recovered event) {
        return "It was " + PlainWords.label(event.from()).toLowerCase(Locale.ROOT) + " for " + inWords(event.lasted())
                + ".";
    }

    private static String inWords(Duration time) {
        if (time.toHours() >= 48) {
            return time.toDays() + " days";
        }
        return time.toMinutes() >= 120 ? time.toHours() + " hours" : time.toMinutes() + " minutes";
    }
}
