package dev.evertoken.benchmarks.comparison;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A library that keeps the tokens of an account fresh: Evertoken, or another that an application would use instead.
 * Implementations are thread-safe.
 */
public interface Library {

    String name();

    /**
     * Opens the library for one account.
     *
     * @throws UnsupportedOperationException if the library has nothing that the scene needs
     */
    Client open(Scene scene) throws Exception;

    /**
     * Opens the library for several accounts of one application; those with the same token endpoint belong to the same
     * client.
     */
    default List<Client> openTogether(List<Scene> scenes) throws Exception {
        List<Client> clients = new ArrayList<>();
        for (Scene scene : scenes) {
            clients.add(open(scene));
        }
        return clients;
    }

    /**
     * Returns the time before the expiry of a token when the library prefers a new one and can still use the old
     * one.
     */
    default Duration window() {
        return Duration.ofSeconds(200);
    }
}
