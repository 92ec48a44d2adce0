package dev.evertoken.micrometer;

import dev.evertoken.model.Problem;
import java.util.Locale;
import java.util.Optional;

/** The names of the meters and their tags, as Micrometer writes them, and the values of tags. Immutable. */
final class MeterNames {

    static final String REFRESH = "evertoken.refresh";
    static final String WAIT = "evertoken.wait";
    static final String STORE = "evertoken.store";
    static final String STORE_UP = "evertoken.store.up";
    static final String CLIENT_OPEN = "evertoken.client.open";
    static final String CLIENT_PREVIOUS_SECRET = "evertoken.client.previous.secret";
    static final String OLDEST_OVERDUE = "evertoken.oldest.overdue";
    static final String BACKLOG_AGE = "evertoken.backlog.age";
    static final String UNSAVED = "evertoken.unsaved";
    static final String UNSAVED_HOST = "evertoken.unsaved.host";
    static final String EVENTS_DROPPED = "evertoken.events.dropped";
    static final String ACCOUNTS = "evertoken.accounts";
    static final String ACCOUNTS_AGE = "evertoken.accounts.age";

    static final String PROVIDER = "provider";
    static final String REGISTRATION = "registration";
    static final String OUTCOME = "outcome";
    static final String PROBLEM = "problem";
    static final String ROLE = "role";
    static final String OPERATION = "operation";
    static final String STATE = "state";
    static final String CAUSE = "cause";

    private MeterNames() {}

    /** Returns a problem as the value of a tag; {@code none} if there is none. */
    static String value(Optional<Problem> problem) {
        return problem.map(MeterNames::value).orElse("none");
    }

    /** Returns a constant as the value of a tag, such as {@code provider_unreachable}. */
    static String value(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
