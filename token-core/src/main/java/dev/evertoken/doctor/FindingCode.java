package dev.evertoken.doctor;

import java.util.List;

/**
 * The kinds of findings. The names are stable: monitoring may compare them. Immutable.
 *
 * <p>Later versions may add constants: keep a default branch in a {@code switch}.
 */
public enum FindingCode {

    // ---- accounts

    /** The stored record is damaged, or its secrets cannot be opened with the key that it names. */
    RECORD_UNREADABLE(
            Scope.ACCOUNT,
            "The stored record cannot be read.",
            "Restore the record from a backup, or clear it and connect the account again.",
            "Show the record with the command clear and the account, without --yes.",
            "Restore it, or repeat the command with --yes and ask the user to connect again."),

    /** The record was written by a newer version of this library. */
    RECORD_TOO_NEW(
            Scope.ACCOUNT,
            "A newer version of the library wrote the record.",
            "Upgrade this application.",
            "Compare the versions of the library in all applications that share the store.",
            "Upgrade the oldest one."),

    /** The key that seals the secrets is not in the key ring of this process. */
    KEY_MISSING(
            Scope.ACCOUNT,
            "The key that seals the secrets is not in the key ring.",
            "Add the key to the key ring again.",
            "Look for the key under its id where the application keeps its keys.",
            "Add it behind the first key, and run the reseal before it is removed again."),

    /** The record belongs to another client id of the provider. */
    OTHER_CLIENT(
            Scope.ACCOUNT,
            "The record belongs to another client id, so it is never refreshed here.",
            "Set the client id of the record, or clear the record and connect the account again.",
            "Compare the client id of the registration with the provider's console.",
            "If the record came from a test environment, clear it."),

    /** The record belongs to another namespace or environment. */
    OTHER_APPLICATION(
            Scope.ACCOUNT,
            "The record belongs to another application or environment.",
            "Set namespace and environment of this application, or use another store.",
            "Compare evertoken.namespace and evertoken.environment with those of the writer.",
            "Clear the record only if no application needs it."),

    /** A stored token is a placeholder, such as {@code test_token}. */
    PLACEHOLDER_TOKEN(
            Scope.ACCOUNT,
            "A stored token is a placeholder.",
            "Clear the record and connect the account again.",
            "Find out which import or test wrote it.",
            "Clear the record, then ask the user to connect."),

    /** The provider no longer accepts the grant, or it has expired. */
    NEEDS_RECONNECT(
            Scope.ACCOUNT,
            "Only a new consent of the user restores the connection.",
            "Ask the user to connect again.",
            "Open the reconnect page of the application for the account.",
            "Sign in with the account that was connected before, and accept all permissions.",
            "Run the diagnosis again: the account is then VALID."),

    /** The provider has issued no refresh token. */
    NO_REFRESH_TOKEN(
            Scope.ACCOUNT,
            "The provider issued no refresh token, so the connection ends with the access token.",
            "Request offline access and connect again.",
            "Check that the authorization requests offline access; for Google: access_type=offline and prompt=consent.",
            "Open the reconnect page of the application for the account."),

    /** The connection ends on a known day. */
    CONNECTION_ENDS(
            Scope.ACCOUNT,
            "The connection ends on the day that is shown unless the user connects again.",
            "Ask the user to connect again before that day.",
            "Open the reconnect page of the application for the account."),

    /** An earlier key of the ring seals the secrets. */
    EARLIER_KEY(
            Scope.ACCOUNT,
            "An earlier key of the ring seals the secrets.",
            "Run the reseal, then remove the earlier key.",
            "Call Tokens.reseal().run() once.",
            "Run the diagnosis again, and remove the key when no account names it."),

    /** The secrets are in clear text although there is a key ring. */
    CLEAR_TEXT(
            Scope.ACCOUNT,
            "The secrets are in clear text although there is a key ring.",
            "Run the reseal with allowClearText().",
            "Allow clear text with allowClearText(), and call Tokens.reseal().run() once.",
            "Remove allowClearText()."),

    /** The last refreshes failed; the engine repeats them. */
    REFRESH_FAILING(
            Scope.ACCOUNT,
            "The last refresh failed, and is repeated.",
            "Correct the cause that the problem names; nothing is lost meanwhile.",
            "Compare the problem with the guide to errors.",
            "Run the diagnosis again after the next attempt."),

    /** A request of a rotating provider may have been answered, and the response is unknown. */
    OUTCOME_UNKNOWN(
            Scope.ACCOUNT,
            "A refresh may have reached the provider, and its response is unknown.",
            "Wait for the time that the engine gives the answer; ask the user to connect again if it stays.",
            "Start the processes of the host that refreshed the account: its journal may have the response.",
            "If the account is still here a day later, ask the user to connect again."),

    /** A process claimed the account and ended. */
    ABANDONED_CLAIM(
            Scope.ACCOUNT,
            "A process that claimed the account has not ended its refresh in time.",
            "None; the next use of the account replaces the claim.",
            "Check whether the named process was killed, and why."),

    /** The newest tokens are only on this host. */
    NOT_SAVED(
            Scope.ACCOUNT,
            "The newest tokens are on this host, and not in the store yet.",
            "Keep the host and its journal until the store accepts writes.",
            "Correct the store; the process saves the tokens by itself.",
            "Do not delete the journal."),

    /** No client is registered for the account. */
    NO_CLIENT(
            Scope.ACCOUNT,
            "No client is registered for the account.",
            "Register the client, or remove its accounts.",
            "Compare evertoken.clients with the registration of the account."),

    /** The account has a problem that a setting causes. */
    CONFIGURATION(
            Scope.ACCOUNT,
            "A setting keeps the account from being refreshed.",
            "Correct the setting that the problem names.",
            "Compare the problem with the guide to errors."),

    /** The provider or an administrator does not allow the account to be used. */
    ACCOUNT_BLOCKED(
            Scope.ACCOUNT,
            "The provider or an administrator does not allow the account to be used.",
            "Contact the user's administrator or the provider.",
            "Ask the user whether the account was locked, or a policy was changed."),

    /** Several accounts have the same refresh token. */
    SHARED_GRANT(
            Scope.ACCOUNT,
            "Another account has the same refresh token: with a rotating provider one of them loses it.",
            "Keep one account for each consent.",
            "Find out which import copied the tokens.",
            "Disconnect all accounts but one, and ask for a consent for each of the others."),

    // ---- clients

    /** Grants of a Google client end seven days after consent, one after the other. */
    GOOGLE_TESTING_MODE(
            Scope.CLIENT,
            "The grants of a Google client end seven days after consent: its project is in testing mode.",
            "Publish the application in the Google Cloud console.",
            "Open https://console.cloud.google.com/auth/audience for the project of the client id.",
            "Under \"Publishing status\", change \"Testing\" to \"In production\" with \"Publish app\".",
            "Ask the users to connect again: earlier grants keep their end."),

    /** The provider refuses or limits the client. */
    CLIENT_REFUSED(
            Scope.CLIENT,
            "The provider does not serve the client.",
            "Correct the client id, the secret or the application in the provider's console.",
            "Compare the client id and the secret with the provider's console."),

    /** The provider accepts only the earlier client secret. */
    PREVIOUS_SECRET(
            Scope.CLIENT,
            "The provider refuses the client secret and accepts the previous one.",
            "Correct the new client secret before the previous one is revoked.",
            "Compare the new secret with the provider's console."),

    // ---- the store

    /** The store does not respond; nothing is known about the accounts. */
    STORE_UNAVAILABLE(
            Scope.STORE,
            "The store does not respond, or refuses to list its accounts.",
            "Check the address, the credentials and the permissions of the store.",
            "Connect to the store with its own client from this host and as this user.",
            "Compare the permissions with the guide to the stores."),

    /** The list of the accounts ended with a failure. */
    STORE_PARTLY_READ(
            Scope.STORE,
            "The list of the accounts broke off; the counts are those of the accounts before.",
            "Run the diagnosis again when the store works.",
            "Check the log of the store for the time of this run."),

    /** The store refuses writes. */
    STORE_NOT_WRITABLE(
            Scope.STORE,
            "The store refuses to write or to remove a record.",
            "Give this user the right to write, and check whether the store is read-only or full.",
            "Compare the permissions with the guide to the stores."),

    /** Others can read or write the records. */
    STORE_PERMISSIONS(
            Scope.STORE,
            "Others than the application can access the store, or the application cannot.",
            "Correct the owner and the permissions.",
            "For a folder: run chmod 700 on it, and chmod 600 on its files, as its owner."),

    /** The store removes records by itself. */
    STORE_EVICTION(
            Scope.STORE,
            "The store may remove records when its memory is full.",
            "Set maxmemory-policy to noeviction.",
            "Run CONFIG SET maxmemory-policy noeviction, and write it to the configuration of the server."),

    /** A failover or a crash can lose confirmed writes. */
    STORE_DURABILITY(
            Scope.STORE,
            "A failover or a crash can lose confirmed writes.",
            "Enable the append-only file, and replicas with min-replicas-to-write.",
            "Compare the settings with the guide to the stores."),

    /** One of several places of a store does not respond. */
    STORE_PLACE_DOWN(
            Scope.STORE,
            "One of the places of the store does not respond.",
            "Correct that place; the others serve meanwhile.",
            "Run the diagnosis on this place alone."),

    /** The clock of the store differs from that of this host. */
    STORE_CLOCK(
            Scope.STORE,
            "The clocks of the store and of this host differ.",
            "Synchronize both clocks with NTP.",
            "Compare the output of date -u on both hosts."),

    /** No record can be opened with this key ring. */
    WRONG_KEY_RING(
            Scope.STORE,
            "No key of the key ring opens any record.",
            "Set the key ring of the application that wrote the records.",
            "Compare evertoken.keys with the value of the running application."),

    // ---- this process

    /** A logger of an HTTP client is enabled that prints tokens. */
    WIRE_LOG(
            Scope.PROCESS,
            "A logger is enabled that prints requests or responses with their tokens.",
            "Disable the logger, and treat the tokens in its log as public.",
            "Set the level of the logger to INFO or above, or remove the system property.",
            "Delete the log lines, or disconnect and connect the accounts in them."),

    /** The clock of this host differs from that of a provider. */
    CLOCK_OFFSET(
            Scope.PROCESS,
            "The clock of this host differs from that of a provider.",
            "Synchronize the clock with NTP.",
            "Run timedatectl, and enable the time synchronization of the host."),

    /** The token endpoint of a provider cannot be reached. */
    PROVIDER_UNREACHABLE(
            Scope.PROCESS,
            "The token endpoint of a provider cannot be reached from this host.",
            "Check the network, the proxy and the trusted certificates.",
            "Compare the guide to the network.");

    /** What a finding concerns. Later versions may add constants. */
    public enum Scope {
        /** One account. */
        ACCOUNT,
        /** All accounts of a registered client. */
        CLIENT,
        /** The store. */
        STORE,
        /** This process or its host. */
        PROCESS
    }

    private final Scope scope;
    private final String sentence;
    private final String remedy;

    @SuppressWarnings("ImmutableEnumChecker") // created by List.of
    private final List<String> steps;

    FindingCode(Scope scope, String sentence, String remedy, String... steps) {
        this.scope = scope;
        this.sentence = sentence;
        this.remedy = remedy;
        this.steps = List.of(steps);
    }

    /** Returns what the finding concerns. */
    public Scope scope() {
        return scope;
    }

    /** Returns what is wrong, in one sentence. */
    public String sentence() {
        return sentence;
    }

    /** Returns what to do, in one sentence. */
    public String remedy() {
        return remedy;
    }

    /** Returns what a person does, one step after the other. Unmodifiable. */
    public List<String> steps() {
        return steps;
    }
}
