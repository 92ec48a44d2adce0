package dev.evertoken.store.redis;

import dev.evertoken.model.TokenKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The names of the keys of one namespace in Redis.
 *
 * <p>Accounts are distributed over {@value #SHARDS} shards by their names. All keys of a shard share a hash tag, so a
 * cluster keeps them on one node, and one script can change a record and its due entry together:
 *
 * <pre>
 * evertoken:{crm/0b}:record:google:user-42        a hash: revision, length, record
 * evertoken:{crm/0b}:due:google                   a sorted set: accounts by the time of their next refresh
 * evertoken:{crm/0b}:unreadable:google:user-42:…  an unreadable record that was replaced
 * evertoken:{crm/00}:changes                      a hash: the change stamp of the namespace
 * </pre>
 *
 * <p>Letters, digits and {@code -_.@+} are kept; any other character becomes a percent sign and four hexadecimal
 * digits. An escaped name therefore has no separator, brace or wildcard. Immutable.
 */
final class KeyNames {

    /** The number of shards; part of the stored format. */
    static final int SHARDS = 16;

    private static final String BEGIN = "evertoken:{";
    private static final String RECORD = "record:";
    private static final String PLAIN_SIGNS = "-_.@+";
    private static final int ESCAPE = 5;

    private final String namespace;

    /** The begin of the keys of each shard. */
    private final List<String> shards;

    /** @throws IllegalArgumentException if the namespace is blank */
    KeyNames(String namespace) {
        String begin = begin(namespace);
        this.namespace = escaped(namespace);
        this.shards = IntStream.range(0, SHARDS)
                .mapToObj(number -> begin + "/" + String.format("%02x", number) + "}:")
                .toList();
    }

    /** Returns the key of an account's record. */
    String record(TokenKey key) {
        return shard(shardOf(key)) + RECORD + name(key);
    }

    /** Returns the key of the due accounts of the registration in the account's shard. */
    String due(TokenKey key) {
        return due(key.registration(), shardOf(key));
    }

    /** Returns the keys of the due accounts of a registration, one for each shard. */
    Stream<String> due(String registration) {
        return IntStream.range(0, SHARDS).mapToObj(shard -> due(registration, shard));
    }

    /** Returns the key under which an unreadable record is kept after its replacement. */
    String unreadable(TokenKey key, String suffix) {
        return shard(shardOf(key)) + "unreadable:" + name(key) + ":" + suffix;
    }

    /** Returns the key of the change stamp, which is in the first shard. */
    String changes() {
        return shard(0) + "changes";
    }

    /** Returns a pattern that matches all records of the namespace and no other key of the store. */
    String allRecords() {
        return BEGIN + namespace + "/*}:" + RECORD + "*";
    }

    /** Returns one key prefix of each shard, for locating the nodes of a cluster. */
    Stream<String> anyOfEachShard() {
        return shards.stream();
    }

    /** Returns the name of an account in the set of due accounts of its registration. */
    static String member(TokenKey key) {
        return escaped(key.account());
    }

    /** Returns the token key for the name of a due account. */
    static TokenKey dueKey(String registration, String member) {
        return TokenKey.of(registration, unescaped(member));
    }

    /** Returns the account of a Redis key; empty if it is not the key of a record. */
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
            return Optional.empty(); // not a key of this store
        }
    }

    private String due(String registration, int shard) {
        return shard(shard) + "due:" + escaped(registration);
    }

    private String shard(int number) {
        return shards.get(number);
    }

    private static int shardOf(TokenKey key) {
        int hash = (key.registration() + '\0' + key.account()).hashCode();
        return Math.floorMod(hash ^ (hash >>> 16), SHARDS);
    }

    private static String name(TokenKey key) {
        return escaped(key.registration()) + ":" + escaped(key.account());
    }

    /**
     * Returns the begin of all keys of a namespace, without the separator that follows.
     *
     * @throws IllegalArgumentException if the namespace is blank
     */
    static String begin(String namespace) {
        if (namespace.isBlank()) {
            throw new IllegalArgumentException("the namespace is blank");
        }
        return BEGIN + escaped(namespace);
    }

    /** Returns a name without separators, braces and wildcards. */
    static String escaped(String text) {
        if (isPlain(text)) {
            return text;
        }
        StringBuilder name = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                name.append(c);
            } else {
                name.append(String.format("%%%04x", (int) c));
            }
        }
        return name.toString();
    }

    private static boolean isPlain(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (!isPlain(text.charAt(at))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || PLAIN_SIGNS.indexOf(c) >= 0;
    }

    /** @throws IllegalArgumentException if the name is not a result of {@link #escaped} */
    static String unescaped(String name) {
        if (name.indexOf('%') < 0) {
            return name;
        }
        StringBuilder text = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) != '%') {
                text.append(name.charAt(i));
            } else if (i + ESCAPE <= name.length()) {
                text.append((char) Integer.parseInt(name.substring(i + 1, i + ESCAPE), 16));
                i += ESCAPE - 1;
            } else {
                throw new IllegalArgumentException("an escape is incomplete");
            }
        }
        return text.toString();
    }
}
