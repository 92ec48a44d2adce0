package dev.evertoken.store.gcp.fake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.cloud.secretmanager.v1.Secret;
import com.google.cloud.secretmanager.v1.SecretVersion;
import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.evertoken.spi.Timekeeper;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The secrets of the fake with their history. Thread-safe. */
final class FakeSecrets {

    private final ReentrantLock lock = new ReentrantLock();
    private final Timekeeper time;
    private final String parent;
    private final Map<String, List<Moment>> histories = new TreeMap<>();
    private final Map<String, TreeMap<Long, Stored>> versions = new TreeMap<>();
    private Duration lag = Duration.ZERO;
    private Optional<Long> frozenAt = Optional.empty();
    private long micros;

    /** The state of a secret since a moment; empty if it was deleted then. */
    private record Moment(long since, Optional<Secret> secret) {}

    /** A version and its time of creation. */
    record Stored(long since, SecretVersion version, ByteString payload) {
        Stored in(SecretVersion.State state) {
            SecretVersion next =
                    version.toBuilder().setState(state).setEtag(newEtag()).build();
            return new Stored(since, next, state == SecretVersion.State.DESTROYED ? ByteString.EMPTY : payload);
        }

        boolean is(SecretVersion.State state) {
            return version.getState() == state;
        }
    }

    FakeSecrets(Timekeeper time, String parent) {
        this.time = time;
        this.parent = parent;
    }

    String parent() {
        return parent;
    }

    // ---- current state

    Optional<Secret> find(String name) {
        return locked(() -> last(name));
    }

    /** Adds a secret; returns false if one with its name exists. */
    boolean create(Secret secret) {
        return locked(() -> {
            if (last(secret.getName()).isPresent()) {
                return false;
            }
            versions.put(secret.getName(), new TreeMap<>());
            put(
                    secret.getName(),
                    Optional.of(secret.toBuilder().setCreateTime(now()).build()));
            return true;
        });
    }

    /** Changes a secret atomically. */
    Secret change(String name, Function<Secret, Secret> change) {
        return locked(() -> {
            Secret next =
                    change.apply(existing(name)).toBuilder().setEtag(newEtag()).build();
            put(name, Optional.of(next));
            return next;
        });
    }

    void remove(String name, Function<Secret, Secret> check) {
        locked(() -> {
            Secret checked = check.apply(existing(name));
            versions.remove(checked.getName());
            put(name, Optional.empty());
            return true;
        });
    }

    SecretVersion add(String name, ByteString payload, boolean checksum) {
        return locked(() -> {
            existing(name);
            TreeMap<Long, Stored> all = versions.get(name);
            long number = all.isEmpty() ? 1 : all.lastKey() + 1;
            SecretVersion version = SecretVersion.newBuilder()
                    .setName(name + "/versions/" + number)
                    .setCreateTime(now())
                    .setState(SecretVersion.State.ENABLED)
                    .setEtag(newEtag())
                    .setClientSpecifiedPayloadChecksum(checksum)
                    .build();
            all.put(number, new Stored(time.nanos(), version, payload));
            return version;
        });
    }

    Stored version(String secret, long number) {
        return locked(() -> Optional.ofNullable(versions.get(secret))
                .map(all -> all.get(number))
                .orElseThrow(() -> notFound("Secret Version [" + secret + "/versions/" + number + "]")));
    }

    Stored changeVersion(String secret, long number, UnaryOperator<Stored> change) {
        return locked(() -> {
            Stored next = change.apply(version(secret, number));
            versions.get(secret).put(number, next);
            return next;
        });
    }

    // ---- state as returned to clients

    Optional<Secret> shown(String name) {
        return locked(() -> at(name, horizon()));
    }

    List<Secret> allShown() {
        return locked(() -> histories.keySet().stream()
                .flatMap(name -> at(name, horizon()).stream())
                .toList());
    }

    /** Returns the newest visible version of any state. */
    Optional<Stored> newestShown(String secret) {
        return locked(() -> versions.getOrDefault(secret, new TreeMap<>()).values().stream()
                .filter(stored -> stored.since() <= horizon())
                .reduce((first, second) -> second));
    }

    boolean isShown(Stored version) {
        return locked(() -> version.since() <= horizon());
    }

    void lag(Duration behind) {
        locked(() -> lag = behind);
    }

    void freeze() {
        locked(() -> frozenAt = Optional.of(time.nanos()));
    }

    void thaw() {
        locked(() -> frozenAt = Optional.empty());
    }

    private long horizon() {
        return frozenAt.orElseGet(() -> time.nanos() - lag.toNanos());
    }

    private Optional<Secret> at(String name, long horizon) {
        return histories.getOrDefault(name, List.of()).stream()
                .filter(moment -> moment.since() <= horizon)
                .reduce((first, second) -> second)
                .flatMap(Moment::secret);
    }

    // ---- actions of an operator, by ids

    List<String> ids() {
        return locked(() -> histories.keySet().stream()
                .filter(name -> last(name).isPresent())
                .map(name -> name.substring(name.lastIndexOf('/') + 1))
                .toList());
    }

    List<String> contents() {
        return locked(() -> Stream.concat(
                        histories.values().stream()
                                .flatMap(List::stream)
                                .map(moment -> moment.secret().toString()),
                        versions.values().stream()
                                .flatMap(all -> all.values().stream())
                                .map(stored -> stored.payload().toString(ISO_8859_1)))
                .toList());
    }

    Secret current(String id) {
        return locked(() -> existing(name(id)));
    }

    Map<Long, String> states(String id) {
        return locked(() -> {
            Map<Long, String> states = new TreeMap<>();
            versions.get(existing(name(id)).getName())
                    .forEach((number, stored) ->
                            states.put(number, stored.version().getState().name()));
            return states;
        });
    }

    void plant(String id, ByteString payload) {
        create(Secret.newBuilder().setName(name(id)).setEtag(newEtag()).build());
        add(name(id), payload, false);
    }

    void annotate(String id, UnaryOperator<Map<String, String>> change) {
        change(
                name(id),
                secret -> secret.toBuilder()
                        .clearAnnotations()
                        .putAllAnnotations(change.apply(new TreeMap<>(secret.getAnnotationsMap())))
                        .build());
    }

    void label(String id, Map<String, String> labels) {
        change(
                name(id),
                secret -> secret.toBuilder().clearLabels().putAllLabels(labels).build());
    }

    void disable(String id, long number) {
        changeVersion(name(id), number, stored -> stored.in(SecretVersion.State.DISABLED));
    }

    void enable(String id, long number) {
        changeVersion(name(id), number, stored -> stored.in(SecretVersion.State.ENABLED));
    }

    void destroy(String id, long number) {
        changeVersion(name(id), number, stored -> stored.in(SecretVersion.State.DESTROYED));
    }

    void delete(String id) {
        remove(name(id), secret -> secret);
    }

    void poison(String id, long number, UnaryOperator<ByteString> change) {
        changeVersion(
                name(id),
                number,
                stored -> new Stored(stored.since(), stored.version(), change.apply(stored.payload())));
    }

    private String name(String id) {
        return parent + "/secrets/" + id;
    }

    // ---- called with the lock held

    private Secret existing(String name) {
        return last(name).orElseThrow(() -> notFound("Secret [" + name + "]"));
    }

    private Optional<Secret> last(String name) {
        List<Moment> history = histories.getOrDefault(name, List.of());
        return history.isEmpty()
                ? Optional.empty()
                : history.get(history.size() - 1).secret();
    }

    private void put(String name, Optional<Secret> secret) {
        histories.computeIfAbsent(name, any -> new ArrayList<>()).add(new Moment(time.nanos(), secret));
    }

    /** Returns a unique timestamp. */
    private Timestamp now() {
        micros = Math.max(micros + 1, time.millis() * 1000);
        return Timestamps.fromMicros(micros);
    }

    static String newEtag() {
        return "\"" + Long.toHexString(ThreadLocalRandom.current().nextLong()) + "\"";
    }

    static RuntimeException notFound(String resource) {
        return Status.NOT_FOUND.withDescription(resource + " not found.").asRuntimeException();
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
