package dev.evertoken.benchmarks.scaling;

import dev.evertoken.store.redis.server.RedisProcess;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisMonitor;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Counts what a server executes, as {@code MONITOR} shows it. Not thread-safe; must be closed. */
final class RedisMonitor implements AutoCloseable {

    private static final String BY_SCRIPT = " lua] ";

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Jedis watcher;
    private final Jedis marker;

    private RedisMonitor(Jedis watcher, Jedis marker) {
        this.watcher = watcher;
        this.marker = marker;
    }

    static RedisMonitor of(RedisProcess server) throws InterruptedException {
        RedisMonitor monitor = new RedisMonitor(new Jedis("127.0.0.1", server.port(), 0), server.admin());
        Thread thread = new Thread(monitor::watch, "redis-monitor");
        thread.setDaemon(true);
        thread.start();
        do {
            monitor.marker.ping();
        } while (monitor.lines.poll(10, TimeUnit.MILLISECONDS) == null);
        monitor.takeRequests();
        return monitor;
    }

    private void watch() {
        try {
            watcher.monitor(new JedisMonitor() {
                @Override
                public void onCommand(String line) {
                    lines.add(line);
                }
            });
        } catch (JedisConnectionException e) {
            lines.clear(); // closed
        }
    }

    /** Returns the requests of clients since the last call. */
    int takeRequests() {
        return take(false);
    }

    /** Returns the commands since the last call: the requests, and those that scripts execute. */
    int takeCommands() {
        return take(true);
    }

    private int take(boolean withScripts) {
        String mark = UUID.randomUUID().toString();
        marker.echo(mark);
        int count = 0;
        while (true) {
            String line = next();
            if (line.contains(mark)) {
                return count;
            }
            if (withScripts || !line.contains(BY_SCRIPT)) {
                count++;
            }
        }
    }

    private String next() {
        try {
            return lines.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        watcher.close();
        marker.close();
    }
}
