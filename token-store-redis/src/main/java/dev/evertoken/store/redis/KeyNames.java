package dev.evertoken.store.redis;

import dev.evertoken.model.TokenKey;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How the keys of one namespace are called in Redis.
 *
 * <p>Accounts are spread over {@value #SHARDS} shards by their names. All keys of one shard share a hash tag, so a
 * cluster keeps them on one node and one script can change a record together with its place among the due ones:
 *
 * <pre>{@code
 * evertoken:{crm/0b}:record:google:user-42        a hash: revision, length, record
 * evertoken:{crm/0b}:due:google                   a sorted set: accounts by the time of their next refresh
 * evertoken:{crm/0b}:unreadable:google:user-42:…  what could not be read and was replaced
 * }</pre>
 *
 * <p>Letters, digits and {@code -_.@+} stand for themselves, any other character as a percent sign and four
 * hexadecimal digits: nothing in a name is a separator, a brace or a wildcard. Immutable.
 */
final class KeyNames {

    /** How many shards there are; part of the stored format. */
    static final int SHARDS = 16;

    private static final String BEGIN = "evertoken:{";
    private static final String RECORD = "record:";
    private static final String PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.@+";
    private static final int ESCAPE = 5;

    private final String namespace;

    /** @throws IllegalArgumentException if the namespace is blank */
    KeyNames(String namespace) {
        if (namespace.isBlank()) {
            throw new IllegalArgumentException("the namespace is blank");
        }
        this.namespace = escaped(namespace);
    }

    /** Returns the key of an account's record. */
    String record(TokenKey key) {
        return shard(shardOf(key)) + RECORD + name(key);
    }

    /** Returns the key of the due accounts of the registration in the account's shard. */
    String due(TokenKey key) {
        return due(key.registration(), shardOf(key));
    }

    /** Returns the keys of all due accounts of a registration, one for each shard. */
    Stream<String> due(String registration) {
        return IntStream.range(0, SHARDS).mapToObj(shard -> due(registration, shard));
    }

    /** Returns the key under which an unreadable record is kept. */
    String unreadable(TokenKey key, String when) {
        return shard(shardOf(key)) + "unreadable:" + name(key) + ":" + when;
    }

    /** Returns a pattern that all records of the namespace match, and nothing else that is named here. */
    String allRecords() {
        return BEGIN + namespace + "/*}:" + RECORD + "*";
    }

    /** Returns a key of each shard, for finding the nodes of a cluster. */
    Stream<String> anyOfEachShard() {
        return IntStream.range(0, SHARDS).mapToObj(this::shard);
    }

    /** Returns what an account is called among the due ones of its registration. */
    static String member(TokenKey key) {
        return escaped(key.account());
    }

    /** Returns the key of a due account. */
    static TokenKey dueKey(String registration, String member) {
        return TokenKey.of(registration, unescaped(member));
    }

    /** Returns whose record a Redis key names; empty if it names none. */
    Optional<TokenKey> keyOf(String redisKey) {
        int from = redisKey.indexOf("}:" + RECORD);
        if (from < 0) {
            return Optional.empty();
        }
        String[] parts = redisKey.substring(from + 2 + RECORD.length()).split(":", -1);
        if (parts.length != 2) {
            return Optional.empty();
        }
        try {
            return Optional.of(TokenKey.of(unescaped(parts[0]), unescaped(parts[1])))
                    .filter(key -> record(key).equals(redisKey));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a key that was not made here
        }
    }

    private String due(String registration, int shard) {
        return shard(shard) + "due:" + escaped(registration);
    }

    private String shard(int number) {
        return BEGIN + namespace + "/" + String.format("%02x", number) + "}:";
    }

    private static int shardOf(TokenKey key) {
        int hash = (key.registration() + '\0' + key.account()).hashCode();
        return Math.floorMod(hash ^ (hash >>> 16), SHARDS);
    }

    private static String name(TokenKey key) {
        return escaped(key.registration()) + ":" + escaped(key.account());
    }

    private static String escaped(String text) {
        StringBuilder name = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (PLAIN.indexOf(c) >= 0) {
                name.append(c);
            } else {
                name.append(String.format("%%%04x", (int) c));
            }
        }
        return name.toString();
    }

    /** @throws IllegalArgumentException if the name is not one of {@link #escaped} */
    private static String unescaped(String name) {
        StringBuilder text = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) != '%') {
                text.append(name.charAt(i));
            } else if (i + ESCAPE <= name.length()) {
                text.append((char) Integer.parseInt(name.substring(i + 1, i + ESCAPE), 16));
                i += ESCAPE - 1;
            } else {
                throw new IllegalArgumentException("an escape is cut off");
            }
        }
        return text.toString();
    }
}
