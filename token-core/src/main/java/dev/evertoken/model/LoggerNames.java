package dev.evertoken.model;

/**
 * The names of the loggers of this library. They are a part of the API, so that an application can set their levels;
 * {@code docs/logging.md} lists the lines of each. A line names its account or its client first, and contains neither a
 * secret nor a response body. Immutable.
 */
public final class LoggerNames {

    /** The chosen settings, in one line for each {@code Tokens}, and warnings about them. */
    public static final String START = "dev.evertoken.start";

    /**
     * The accounts that need a person or have no valid token: one WARN for each account and problem, and one INFO when
     * the account works again. Also consents, connections and revocations.
     */
    public static final String ACCOUNTS = "dev.evertoken.accounts";

    /** The clients that their provider refuses, limits or does not respond to, and the use of a previous secret. */
    public static final String CLIENTS = "dev.evertoken.clients";

    /** Each refresh at DEBUG, and tokens that are not saved yet. */
    public static final String REFRESH = "dev.evertoken.refresh";

    /** The store, the journal and the encryption. The modules of the stores use loggers below this one. */
    public static final String STORE = "dev.evertoken.store";

    /** Requests and responses of the HTTP wrappers. */
    public static final String HTTP = "dev.evertoken.http";

    /** The delivery of messages from an outbox: each problem of a receiver once, and messages that are given up. */
    public static final String OUTBOX = "dev.evertoken.outbox";

    /** The mirror to another service, and the receiver of one. */
    public static final String MIRROR = "dev.evertoken.mirror";

    /** Listeners and observers that throw, and listeners that block or miss events. */
    public static final String LISTENERS = "dev.evertoken.listeners";

    private LoggerNames() {}
}
