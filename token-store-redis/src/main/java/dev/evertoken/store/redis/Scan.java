package dev.evertoken.store.redis;

import dev.evertoken.model.TokenKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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

    Stream<TokenKey> keys() {
        return Stream.of(this)
                .flatMap(scan -> scan.translated(this::primaries).stream())
                .flatMap(this::pages)
                .flatMap(page -> page.getResult().stream())
                .flatMap(key -> names.keyOf(key).stream());
    }

    private Stream<ScanResult<String>> pages(Deployment.Primary primary) {
        return Stream.iterate(
                        Optional.of(page(primary, ScanParams.SCAN_POINTER_START)),
                        Optional::isPresent,
                        page -> page.filter(last -> !last.isCompleteIteration())
                                .map(last -> page(primary, last.getCursor())))
                .flatMap(Optional::stream);
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
