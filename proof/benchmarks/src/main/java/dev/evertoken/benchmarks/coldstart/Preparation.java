package dev.evertoken.benchmarks.coldstart;

/** Puts the files of a measured program into their state before its run. */
interface Preparation {
    void prepare() throws Exception;
}
