package dev.evertoken.store.redis;

import dev.evertoken.model.TokenKey;
import java.util.List;
import java.util.stream.Stream;

/**
 * The names of the keys of an outbox. All keys of a destination share a hash tag, so a cluster keeps them on one node:
 *
 * <pre>
 * evertoken:{crm/outbox/mirror}:messages   a hash: messages by id
 * evertoken:{crm/outbox/mirror}:states     a hash: attempts and lease by id
 * evertoken:{crm/outbox/mirror}:lines      a sorted set: the order of the messages of each account
 * evertoken:{crm/outbox/mirror}:heads      a sorted set: the first message of each account by its next attempt
 * evertoken:{crm/outbox/mirror}:created    a sorted set: messages by the time of their creation
 * evertoken:{crm/outbox/mirror}:position   a number: the last position
 * </pre>
 *
 * <p>Names are escaped as in {@link KeyNames}. Immutable.
 */
final class OutboxKeys {

    private final String begin;

    /** @throws IllegalArgumentException if the namespace is blank */
    OutboxKeys(String namespace) {
        this.begin = KeyNames.begin(namespace) + "/outbox/";
    }

    /** Returns the keys of a destination, in the order of the script. */
    List<String> of(String destination) {
        String all = begin + KeyNames.escaped(destination) + "}:";
        return Stream.of("messages", "states", "lines", "heads", "created", "position")
                .map(name -> all + name)
                .toList();
    }

    /** Returns the name of an account's line, without slash and space. */
    static String line(TokenKey account) {
        return KeyNames.escaped(account.registration()) + ":" + KeyNames.escaped(account.account());
    }

    /** Returns the account of a line. */
    static TokenKey account(String line) {
        int end = line.indexOf(':');
        return TokenKey.of(KeyNames.unescaped(line.substring(0, end)), KeyNames.unescaped(line.substring(end + 1)));
    }
}
