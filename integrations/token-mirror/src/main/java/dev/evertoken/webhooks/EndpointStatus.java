package dev.evertoken.webhooks;

import dev.evertoken.spi.outbox.Backlog;
import java.util.Optional;

/**
 * The state of an endpoint in this process. Immutable.
 *
 * @param id the id of the endpoint in logs and in the outbox: its host and a digest of its address
 * @param host the host of its address
 * @param gone whether it has responded 410 to this process, which sends nothing to it any more
 * @param pauseReason why nothing is sent to it now, in one sentence without secrets; empty if messages are sent
 * @param notAdded the messages of this process that the outbox has not accepted yet
 * @param backlog the messages that wait in the outbox, of all processes
 */
public record EndpointStatus(
        String id, String host, boolean gone, Optional<String> pauseReason, int notAdded, Backlog backlog) {}
