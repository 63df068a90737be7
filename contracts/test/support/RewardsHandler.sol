// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GataToken} from "../../src/GataToken.sol";
import {RewardsDistributor} from "../../src/RewardsDistributor.sol";
import {RewardTree} from "./RewardTree.sol";
import {Vm} from "./Vm.sol";

/// @notice Does to the distributor whatever settler, guardian and accounts may do, in any order.
contract RewardsHandler {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    uint256 private constant ACCOUNTS = 5;

    GataToken private immutable _token;
    RewardsDistributor private immutable _rewards;
    address private immutable _settler;
    address private immutable _guardian;

    /// @notice What was ever sent to the distributor.
    uint256 public funded;
    uint256 public calls;
    mapping(uint64 epoch => mapping(address account => uint256)) private _cumulative;
    mapping(uint64 epoch => bytes32[]) private _leaves;
    uint64 private _submitted;

    constructor(GataToken token, RewardsDistributor rewards, address settler, address guardian) {
        _token = token;
        _rewards = rewards;
        _settler = settler;
        _guardian = guardian;
    }

    function account(uint256 index) public pure returns (address) {
        return address(uint160(0xACC0 + (index % ACCOUNTS)));
    }

    function accounts() external pure returns (uint256) {
        return ACCOUNTS;
    }

    /// @notice The most that any root ever said for an account.
    function earned(uint256 index) external view returns (uint256 most) {
        for (uint64 epoch = 1; epoch <= _submitted; ++epoch) {
            uint256 amount = _cumulative[epoch][account(index)];
            if (amount > most) most = amount;
        }
    }

    function fund(uint72 amount) external {
        ++calls;
        _token.transfer(address(_rewards), amount);
        funded += amount;
    }

    function submit(uint256 seed, uint32 unit) external {
        ++calls;
        (uint64 live,,) = _rewards.liveRoot();
        uint64 epoch = live + 1;
        bytes32[] memory leaves = new bytes32[](ACCOUNTS);
        uint256[] memory amounts = new uint256[](ACCOUNTS);
        uint256 promised;
        for (uint256 index = 0; index < ACCOUNTS; ++index) {
            uint256 more = ((seed >> (index * 8)) & 0xff) * unit;
            amounts[index] = _cumulative[live][account(index)] + more;
            leaves[index] = RewardTree.leaf(account(index), amounts[index]);
            promised += amounts[index];
        }
        // A settler that promises less than its tree adds up to, now and then.
        if (seed % 7 == 0) promised -= promised / 10;
        vm.prank(_settler);
        try _rewards.submitRoot(epoch, RewardTree.root(leaves), promised) {
            for (uint256 index = 0; index < ACCOUNTS; ++index) {
                _cumulative[epoch][account(index)] = amounts[index];
            }
            _leaves[epoch] = leaves;
            if (epoch > _submitted) _submitted = epoch;
        } catch {}
    }

    function claim(uint256 index, uint64 epoch) external {
        ++calls;
        if (_submitted == 0) return;
        epoch = 1 + (epoch % _submitted);
        index %= ACCOUNTS;
        bytes32[] memory proof = RewardTree.proof(_leaves[epoch], index);
        try _rewards.claim(account(index), _cumulative[epoch][account(index)], proof) {} catch {}
    }

    function veto() external {
        ++calls;
        (uint64 pending,,,) = _rewards.pendingRoot();
        if (pending == 0) return;
        vm.prank(_guardian);
        _rewards.veto(pending);
    }

    function hold(bool held) external {
        ++calls;
        vm.prank(_guardian);
        _rewards.holdRoots(held);
    }

    function pass(uint32 duration) external {
        ++calls;
        vm.warp(vm.getBlockTimestamp() + (duration % 2 days));
    }
}
