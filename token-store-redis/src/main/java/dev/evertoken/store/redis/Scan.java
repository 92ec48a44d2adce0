package dev.evertoken.store.redis;

import dev.evertoken.model.TokenKey;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * Iterates over the records of a namespace, server by server and page by page, without blocking Redis. A record that
 * exists during the whole iteration is found; a key may be found twice while Redis resizes its tables. Thread-safe,
 * except for the streams.
 */
final class Scan {

    private static final int PAGE = 500;

    private final Deployment deployment;
    private final KeyNames names;
    private final String server;

    /** @param server the location without its password, for messages */
    Scan(Deployment deployment, KeyNames names, String server) {
        this.deployment = deployment;
        this.names = names;
        this.server = server;
    }

    String server() {
        return server;
    }

    /** @throws JedisException if the servers cannot be reached */
    List<Deployment.Primary> primaries() {
        return deployment.primaries(names);
    }

    /** Returns the keys; each page is read when its first key is needed. */
    Stream<TokenKey> keys() {
        return StreamSupport.stream(() -> positions().spliterator(), Spliterator.ORDERED, false)
                .flatMap(position -> position.page().getResult().stream())
                .flatMap(key -> names.keyOf(key).stream());
    }

    /** A page of one server, and the servers that come after it. */
    private record Position(Deployment.Primary primary, ScanResult<String> page, List<Deployment.Primary> others) {}

    private Stream<Position> positions() {
        return Stream.iterate(first(translated(this::primaries)), Optional::isPresent, last -> last.flatMap(this::next))
                .flatMap(Optional::stream);
    }

    private Optional<Position> first(List<Deployment.Primary> servers) {
        return servers.isEmpty()
                ? Optional.empty()
                : Optional.of(new Position(
                        servers.get(0),
                        page(servers.get(0), ScanParams.SCAN_POINTER_START),
                        servers.subList(1, servers.size())));
    }

    private Optional<Position> next(Position last) {
        return last.page().isCompleteIteration()
                ? first(last.others())
                : Optional.of(new Position(
                        last.primary(), page(last.primary(), last.page().getCursor()), last.others()));
    }

    private ScanResult<String> page(Deployment.Primary primary, String cursor) {
        ScanParams parameters = new ScanParams().match(names.allRecords()).count(PAGE);
        return translated(() -> primary.run(new CommandObject<>(
                new CommandArguments(Protocol.Command.SCAN).add(cursor).addParams(parameters),
                BuilderFactory.SCAN_RESPONSE)));
    }

    private <T> T translated(Call<T> call) {
        try {
            return call.run();
        } catch (JedisException e) {
            throw RedisErrors.about("the keys cannot be read", server, e).build();
        }
    }

    private interface Call<T> {
        T run();
    }
}
