package dev.evertoken.console;

import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Remedy;

/** The words of the page for states and remedies. Immutable. */
final class PlainWords {

    /** How much attention a state needs; the order is that of the list of accounts. */
    enum Attention {
        NOW,
        SOON,
        NONE
    }

    private PlainWords() {}

    static String label(ConnectionState state) {
        return switch (state) {
            case ACTIVE -> "Works";
            case DEGRADED -> "Works, refresh fails";
            case STALLED -> "No token now";
            case UNCERTAIN -> "Outcome unknown";
            case NEEDS_REAUTH -> "Must be reconnected";
            case NOT_REFRESHABLE -> "Works until its end";
            case ACCOUNT_UNUSABLE -> "Account cannot be used";
            case UNREADABLE -> "Record cannot be read";
        };
    }

    static String explanation(ConnectionState state) {
        return switch (state) {
            case ACTIVE -> "The connection is usable; nothing has to be done.";
            case DEGRADED -> "The token is still valid, but it cannot be refreshed at the moment.";
            case STALLED -> "No token is returned at the moment, and a new consent would not help.";
            case UNCERTAIN -> "A refresh may have reached the provider, and its response is unknown.";
            case NEEDS_REAUTH -> "The provider no longer accepts the grant: only a new consent of the user helps.";
            case NOT_REFRESHABLE -> "The tokens cannot be refreshed; the connection ends at a known date.";
            case ACCOUNT_UNUSABLE -> "The tokens are valid, but the provider does not allow the account to be used.";
            case UNREADABLE -> "The stored record cannot be decrypted or parsed.";
        };
    }

    static Attention attention(ConnectionState state) {
        return switch (state) {
            case ACTIVE -> Attention.NONE;
            case DEGRADED, UNCERTAIN, NOT_REFRESHABLE -> Attention.SOON;
            case STALLED, NEEDS_REAUTH, ACCOUNT_UNUSABLE, UNREADABLE -> Attention.NOW;
        };
    }

    static String instruction(Remedy remedy) {
        return switch (remedy) {
            case RETRY -> "Nothing has to be done: the library tries again by itself.";
            case WAIT -> "Wait: the next attempt follows by itself.";
            case RECONNECT -> "The user has to give consent again.";
            case FIX_CONFIGURATION -> "The operator has to correct a setting; no user can help.";
            case CONTACT_SUPPORT -> "Contact the provider or the administrator of the user.";
        };
    }
}
