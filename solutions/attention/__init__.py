"""Attention: the numpy oracle, its twins in PyTorch and TensorFlow, the mistakes."""
