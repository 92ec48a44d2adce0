package dev.evertoken.benchmarks.comparison;

/** Measures one variant once. */
interface Round {

    /** Returns the cost, in a unit that all variants of a measurement share. */
    double cost() throws Exception;
}
