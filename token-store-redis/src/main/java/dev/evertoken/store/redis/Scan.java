package dev.evertoken.store.redis;

import dev.evertoken.model.TokenKey;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Iterates over the records of a namespace, server by server and page by page, without blocking Redis. A record that
 * exists during the whole iteration is found; a key may be found twice while Redis resizes its tables. Thread-safe,
 * except for the streams.
 */
final class Scan {

    private static final int PAGE = 500;

    private final RedisCommands commands;
    private final KeyNames names;
    private final String server;

    /** @param server the location without its password, for messages */
    Scan(RedisCommands commands, KeyNames names, String server) {
        this.commands = commands;
        this.names = names;
        this.server = server;
    }

    String server() {
        return server;
    }

    /**
     * Returns a key of each server.
     *
     * @throws RedisCommandException if the servers cannot be reached
     */
    List<String> servers() {
        return commands.onePerServer(names.anyOfEachShard().toList());
    }

    /** Returns the keys; each page is read when its first key is needed. */
    Stream<TokenKey> keys() {
        return StreamSupport.stream(() -> positions().spliterator(), Spliterator.ORDERED, false)
                .flatMap(position -> position.page().keys().stream())
                .flatMap(key -> names.keyOf(key).stream());
    }

    /** A page of one server, and the servers that come after it. */
    private record Position(String server, RedisCommands.Page page, List<String> others) {}

    private Stream<Position> positions() {
        return Stream.iterate(first(translated(this::servers)), Optional::isPresent, last -> last.flatMap(this::next))
                .flatMap(Optional::stream);
    }

    private Optional<Position> first(List<String> servers) {
        return servers.isEmpty()
                ? Optional.empty()
                : Optional.of(new Position(
                        servers.get(0),
                        page(servers.get(0), RedisCommands.Page.END),
                        servers.subList(1, servers.size())));
    }

    private Optional<Position> next(Position last) {
        return last.page().isLast()
                ? first(last.others())
                : Optional.of(new Position(
                        last.server(), page(last.server(), last.page().cursor()), last.others()));
    }

    private RedisCommands.Page page(String serverOf, String cursor) {
        return translated(() -> commands.scan(serverOf, cursor, names.allRecords(), PAGE));
    }

    private <T> T translated(Supplier<T> call) {
        try {
            return call.get();
        } catch (RedisCommandException e) {
            throw RedisErrors.about("the keys cannot be read", server, e).build();
        }
    }
}
