# Sound in real time: each test has the machine's two cores to itself.
set(LAYER_TEST_PROPERTIES PROCESSORS 2)
